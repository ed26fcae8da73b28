import { statSync } from 'node:fs';
import path from 'node:path';

/** What a call needs to be allowed: to open the pin, or to change the directory that it is in. */
export type Needs = 'pin' | 'directory';

/**
 * Whose mode keeps the caller out, and which it is: that of a directory on the way, which it may not search, or that of
 * what it needs. EACCES comes of modes alone (path_resolution(7)); a capability that is missing is EPERM (bpf(2)).
 */
export function deniedBy(file: string, needs: Needs): string | undefined {
  const directory = path.dirname(path.resolve(file));
  const closed = [...parentsOf(directory), directory].find((one) => !isOpen(one));
  return modeText(closed ?? (needs === 'pin' ? file : directory));
}

/** From the top down. */
function parentsOf(directory: string): readonly string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [] : [...parentsOf(parent), parent];
}

function isOpen(directory: string): boolean {
  try {
    statSync(`${directory}/.`);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EACCES');
  }
}

function modeText(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
  return `"${file}" has mode ${mode} and belongs to user ${found.uid}`;
}
