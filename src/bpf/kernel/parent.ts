import type { PinPath } from '../../state/ids.ts';
import { makeDirectory } from '../bpffs.ts';

/** The directory of a pin. */
export function parentOf(path: PinPath): PinPath {
  return path.slice(0, path.lastIndexOf('/')) as PinPath; // a parent of an absolute path below the root is one too
}

/** Makes the directory of a pin, and what is missing above it. */
export function makeParent(path: PinPath): void {
  makeDirectory(parentOf(path));
}
