import { didYouMean } from '../base/suggest.ts';
import type { ManifestName } from '../state/ids.ts';

/** For the log, when nothing is pinned under what was asked for: it may be misspelt. */
export function nothingText(operand: string, names: readonly ManifestName[]): string {
  const near = didYouMean(
    operand,
    names.filter((name) => name !== operand),
  );
  return `nothing is pinned under "${operand}"\n${near === undefined ? '' : `  hint: ${near}\n`}`;
}
