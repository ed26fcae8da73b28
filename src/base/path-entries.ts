import { lstatSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** One step of the way to a file: an entry of a directory, whether there is one or not. */
export interface PathEntry {
  /** Exists, and has no symlink in its path. */
  readonly directory: string;
  readonly name: string;
  /** Of the entry itself, as lstat(2) tells; `undefined` if it is missing or out of our sight. */
  readonly stats: Stats | undefined;
  /** Nothing comes after it, unless it is a symlink. */
  readonly isLast: boolean;
}

/** As many as Linux follows: path_resolution(7). */
const mostLinks = 40;

/**
 * The way that the kernel takes to a file, from the top: every directory, every symlink with what it leads
 * through, and the file, or the first entry that is missing. The root itself is not among them. A relative path
 * starts in the current directory; `..` is the parent of the real directory, as for the kernel.
 */
export function pathEntries(file: string): Generator<PathEntry, void> {
  const whole = path.isAbsolute(file) ? file : `${process.cwd()}/${file}`;
  return entriesOf('/', namesOf(whole), mostLinks);
}

function* entriesOf(
  directory: string,
  names: readonly string[],
  linksLeft: number,
): Generator<PathEntry, void> {
  const [name, ...rest] = names;
  if (name === undefined || linksLeft === 0) return;
  const entry = path.join(directory, name); // ".." is right here: the directory is a real path
  const { stats, link } = look(entry);
  yield { directory, name, stats, isLast: rest.length === 0 };
  if (stats?.isDirectory() === true) yield* entriesOf(entry, rest, linksLeft);
  if (link === undefined) return;
  const start = path.isAbsolute(link) ? '/' : directory;
  yield* entriesOf(start, [...namesOf(link), ...rest], linksLeft - 1);
}

function look(entry: string): { readonly stats?: Stats; readonly link?: string } {
  try {
    const stats = lstatSync(entry);
    return stats.isSymbolicLink() ? { stats, link: readlinkSync(entry) } : { stats };
  } catch {
    return {}; // missing, or just gone, or out of our sight
  }
}

function namesOf(file: string): readonly string[] {
  return file.split('/').filter((name) => name !== '' && name !== '.');
}
