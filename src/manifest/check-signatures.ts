import type { Problem } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { parsePrototype } from './c-prototype.ts';
import type { Path } from './locate.ts';
import type { ManifestProgram } from './manifest.ts';

/** The prototypes that programs demand of their functions and that are none: where they are, and what is wrong. */
export function checkSignatures(
  programs: readonly ManifestProgram[],
): (readonly [path: Path, problem: Problem])[] {
  return programs.flatMap(({ path, targets: { signature } }) => {
    if (signature === undefined || parsePrototype(signature) !== undefined) return [];
    const message = `${quoted(signature)} is no prototype of a function`;
    const hint = 'write it as C does, e.g. "int (struct inode *, struct dentry *)"';
    return [[[...path, 'signature'], { code: 'bad-prototype', message, hint }] as const];
  });
}
