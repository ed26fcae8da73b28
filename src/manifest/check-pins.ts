import type { Diagnostic } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import type { PinPath } from '../state/ids.ts';
import { invalid } from './invalid.ts';
import type { LoadedManifest } from './load-manifest.ts';

/** Throws an `InvalidError` with the maps that are to be shared at a place below the root, where all belongs to some manifest. */
export function requirePinsElsewhere(
  { file, manifest, place }: LoadedManifest,
  root: PinPath,
): void {
  const found = manifest.objects.flatMap(({ name, maps }) =>
    maps.flatMap(({ map, pin }): Diagnostic[] => {
      if (pin === undefined || !`${pin}/`.startsWith(`${root}/`)) return [];
      const message = `${quoted(pin)} is below ${quoted(root)}, where fentryctl keeps its own pins`;
      const hint = 'choose another directory in the BPF file system, e.g. /sys/fs/bpf/shared';
      const at = place(['objects', name, 'maps', map, 'pin'], 'value');
      return [{ file, ...at, code: 'pin-below-root', message, hint }];
    }),
  );
  if (found.length > 0) throw invalid(file, found);
}
