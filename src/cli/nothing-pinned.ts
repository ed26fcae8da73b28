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

/** For the log, when what is pinned may be there, and is out of sight. */
export function hiddenText(point: string): string {
  return `warning: another file system is mounted over the BPF file system at "${point}": what is pinned there runs on, out of sight\n  hint: umount ${point}\n`;
}
