import type { Kernel } from '../apply/kernel.ts';
import type { ManifestName, PinPath } from '../state/ids.ts';
import { manifestOf } from '../state/pin-layout.ts';

/** Names of the manifests that have a directory below the root. No pin is opened. */
export function manifestsUnder(
  kernel: Pick<Kernel, 'list'>,
  root: PinPath,
): readonly ManifestName[] {
  return kernel.list(root).flatMap(({ kind, path }) => {
    const name = kind === 'directory' ? manifestOf(root, path) : undefined;
    return name ?? [];
  });
}
