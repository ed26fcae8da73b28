import { lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** An entry of a directory, whether there is one or not. */
export interface WatchPoint {
  /** Exists, and has no symlink in its path. */
  readonly directory: string;
  readonly name: string;
}

/** As many as Linux follows: path_resolution(7). */
const mostLinks = 40;

/**
 * Every entry which, when it changes, makes the file another: its own, those of the symlinks on the way to it, or
 * the first that is missing. So a release that is put in place by exchanging a symlink is noticed too.
 */
export function watchPoints(file: string): readonly WatchPoint[] {
  return [...pointsOf('/', namesOf(path.resolve(file)), mostLinks)];
}

function* pointsOf(
  directory: string,
  names: readonly string[],
  linksLeft: number,
): Generator<WatchPoint, void> {
  const [name, ...rest] = names;
  if (name === undefined || linksLeft === 0) return;
  const entry = path.join(directory, name); // ".." is right here: the directory is a real path
  const { link, isDirectory } = look(entry);
  if (isDirectory && rest.length > 0) yield* pointsOf(entry, rest, linksLeft);
  else yield { directory, name };
  if (link === undefined) return;
  const start = path.isAbsolute(link) ? '/' : directory;
  yield* pointsOf(start, [...namesOf(link), ...rest], linksLeft - 1);
}

function look(entry: string): { readonly isDirectory: boolean; readonly link?: string } {
  try {
    const stats = lstatSync(entry);
    return stats.isSymbolicLink()
      ? { isDirectory: false, link: readlinkSync(entry) }
      : { isDirectory: stats.isDirectory() };
  } catch {
    return { isDirectory: false }; // missing, or just gone, or out of our sight
  }
}

function namesOf(file: string): readonly string[] {
  return file.split('/').filter((name) => name !== '' && name !== '.');
}
