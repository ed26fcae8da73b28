import { globTest } from '../base/glob.ts';

/**
 * Whether a glob stands for a whole name of a function: nothing in it stands for a colon. So a glob without a colon
 * means functions of the kernel itself, and one with a colon functions of modules.
 */
export function globMatches(glob: string, name: string): boolean {
  const globs = glob.split(':');
  const parts = name.split(':');
  return (
    globs.length === parts.length &&
    globs.every((part, index) => globTest(part)(parts[index] ?? ''))
  );
}
