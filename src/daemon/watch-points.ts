import path from 'node:path';
import { pathEntries } from '../base/path-entries.ts';

/** An entry of a directory, whether there is one or not. */
export interface WatchPoint {
  /** Exists, and has no symlink in its path. */
  readonly directory: string;
  readonly name: string;
}

/**
 * Every entry which, when it changes, makes the file another: its own, those of the symlinks on the way to it, or
 * the first that is missing. So a release that is put in place by exchanging a symlink is noticed too.
 */
export function watchPoints(file: string): readonly WatchPoint[] {
  return [...pathEntries(path.resolve(file))]
    .filter(({ stats, isLast }) => isLast || stats?.isDirectory() !== true)
    .map(({ directory, name }) => ({ directory, name }));
}

/** Every directory on the way to a file, by its real path: one that is renamed takes the file with it. Without the root. */
export function foldersOf(file: string): readonly string[] {
  const entries = [...pathEntries(path.resolve(file))];
  const folders = entries.filter(({ stats, isLast }) => !isLast && stats?.isDirectory() === true);
  const paths = folders.map(({ directory, name }) => path.join(directory, name));
  return [...new Set(paths)].filter((folder) => folder !== '/');
}
