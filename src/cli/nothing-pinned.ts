import { didYouMean } from '../base/suggest.ts';
import type { ManifestName } from '../state/ids.ts';
import { manifestOf } from '../state/pin-layout.ts';
import type { Context } from './context.ts';

/** What has a directory below the root. */
export function namesUnder({
  options: { root },
  ports: { kernel },
}: Context): readonly ManifestName[] {
  return kernel.read(root).flatMap((entry) => {
    const name = entry.kind === 'directory' ? manifestOf(root, entry.path) : undefined;
    return name ?? [];
  });
}

/** For the log, when nothing is pinned under what was asked for: it may be misspelt. */
export function nothingText(operand: string, names: readonly ManifestName[]): string {
  const near = didYouMean(
    operand,
    names.filter((name) => name !== operand),
  );
  return `nothing is pinned under "${operand}"\n${near === undefined ? '' : `  hint: ${near}\n`}`;
}
