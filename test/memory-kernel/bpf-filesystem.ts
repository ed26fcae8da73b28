import { FailedError } from '../../src/base/errors.ts';
import type { PinPath } from '../../src/state/ids.ts';
import { pinPath } from '../../src/state/ids.ts';
import type { Thing } from './things.ts';

export type Entry =
  | { readonly kind: 'directory'; locked: boolean }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'pin'; readonly thing: Thing };

/** The tree of a BPF file system: plain data, so that it can be copied. */
export type Tree = Map<PinPath, Entry>;

/** Below this all names are bpffs's. */
const mountPoint = pinPath('/sys/fs/bpf');

export function newTree(): Tree {
  return new Map([[mountPoint, { kind: 'directory', locked: false }]]);
}

export function entryAt(tree: Tree, path: PinPath): Entry {
  const entry = tree.get(path);
  if (entry === undefined) throw new FailedError(`"${path}": ENOENT`);
  return entry;
}

export function thingAt(tree: Tree, path: PinPath): Thing {
  const entry = entryAt(tree, path);
  if (entry.kind !== 'pin') throw new FailedError(`"${path}" is a ${entry.kind}`);
  return entry.thing;
}

/** Puts something at a path that is free, in a directory that is there. */
export function put(tree: Tree, path: PinPath, entry: Entry): void {
  if (path.slice(mountPoint.length).includes('.')) throw new FailedError(`"${path}": EPERM`);
  if (tree.has(path)) throw new FailedError(`"${path}": EEXIST`);
  if (entryAt(tree, parentOf(path)).kind !== 'directory') {
    throw new FailedError(`"${path}": ENOTDIR`);
  }
  tree.set(path, entry);
}

/** Missing directories from the top down to this one. */
export function missingDirectories(tree: Tree, directory: PinPath): readonly PinPath[] {
  if (tree.has(directory)) return [];
  return [...missingDirectories(tree, parentOf(directory)), directory];
}

/** All below a directory, parents before children, each directory's names in order. */
export function listBelow(tree: Tree, directory: PinPath): readonly PinPath[] {
  const below = [...tree.keys()].filter((path) => path.startsWith(`${directory}/`));
  return below.toSorted((a, b) => compareParts(a.split('/'), b.split('/')));
}

export function parentOf(path: PinPath): PinPath {
  return pinPath(path.slice(0, path.lastIndexOf('/')) || '/');
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  if (at === -1) return a.length - b.length;
  const [left, right] = [a[at] ?? '', b[at] ?? ''];
  return Number(left > right) - Number(left < right);
}
