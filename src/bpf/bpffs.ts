import { lstatSync, readdirSync, readlinkSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { FailedError, UsageError, PrivilegeError, UnsupportedError } from '../base/errors.ts';
import { pinPath } from '../state/ids.ts';
import type { PinPath } from '../state/ids.ts';
import { codeOf } from './error-code.ts';
import { mkdir, rmdir, symlink, unlink } from './file-calls.ts';
import { hiddenBpffs } from './hidden-bpffs.ts';

/** `BPF_FS_MAGIC` (include/uapi/linux/magic.h). */
const magic = 0xcafe4a11;

/** Whether a file system's type (statfs(2)) is that of a BPF file system. */
export function isBpffs(type: number): boolean {
  return type === magic;
}

export interface Listed {
  readonly path: PinPath;
  readonly kind: 'directory' | 'symlink' | 'pin';
}

/** All below a directory, parents before children, sorted by name; empty when the directory does not exist. */
export function listTree(directory: PinPath): readonly Listed[] {
  const all: Listed[] = [];
  addTree(all, directory);
  return all;
}

/** Into one list: there are two directories for each program. */
function addTree(all: Listed[], directory: PinPath): void {
  for (const entry of listOne(directory)) {
    all.push(entry);
    if (entry.kind === 'directory') addTree(all, entry.path);
  }
}

/** One entry; `undefined` if nothing is at the path. */
export function listedAt(pin: PinPath): Listed | undefined {
  const entry = permitted(`look at "${pin}"`, () => lstatSync(pin, { throwIfNoEntry: false }));
  return entry === undefined ? undefined : { path: pin, kind: kindOf(entry) };
}

/** The directories right below one. */
export function listDirectories(directory: PinPath): readonly PinPath[] {
  return listOne(directory)
    .filter((entry) => entry.kind === 'directory')
    .map((entry) => entry.path);
}

export function readNote(note: PinPath): string {
  return permitted(`read "${note}"`, () => readlinkSync(note));
}

/** A note is a symlink: its target is free text of up to 4,095 bytes, and is made at once or not at all. */
export function writeNote(note: PinPath, text: string): void {
  permitted(`write "${note}"`, () => symlink(text, note));
}

/** Removes a note. */
export function removeNote(note: PinPath): void {
  unlink(note);
}

export function exists(pin: PinPath): boolean {
  return (
    permitted(`look at "${pin}"`, () => lstatSync(pin, { throwIfNoEntry: false })) !== undefined
  );
}

/** Throws if there is nothing at the path. */
export function isSymlink(pin: PinPath): boolean {
  return permitted(`look at "${pin}"`, () => lstatSync(pin).isSymbolicLink());
}

/** Makes a directory and its missing parents, mode 0700. Throws an `UnsupportedError` if that is not within bpffs. */
export function makeDirectory(directory: PinPath): void {
  const there = requireBpffs(directory);
  if (there === directory) return;
  permitted(`make "${directory}"`, () => makeAll(directory, there, 5));
}

/**
 * All below the one that is there. One call for each, so that each is a point of its own to fail at. Another run may remove
 * one meanwhile.
 */
function makeAll(directory: string, there: string, tries: number): void {
  if (directory === there) return;
  makeAll(path.dirname(directory), there, tries);
  try {
    mkdir(directory, 0o700);
  } catch (error) {
    const found = statSync(directory, { throwIfNoEntry: false });
    if (codeOf(error) === 'EEXIST' && found?.isDirectory() === true) return;
    const hasGone = found === undefined && ['ENOENT', 'EEXIST'].includes(codeOf(error));
    if (!hasGone || tries === 1) throw error;
    makeAll(directory, requireBpffs(directory), tries - 1);
  }
}

/** What rmdir(2) says of a directory that is not empty, is mounted, or was made for us by somebody with more rights. */
const keepsDirectory = ['ENOTEMPTY', 'EEXIST', 'EBUSY', 'EACCES', 'EPERM'];

/** Removes an empty directory; false if it is not empty, or not ours to remove. Gone already is fine. */
export function removeDirectory(directory: PinPath): boolean {
  return permitted(`remove "${directory}"`, () => {
    try {
      rmdir(directory);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return true;
      if (keepsDirectory.includes(codeOf(error))) return false;
      throw error;
    }
  });
}

/** Says which the nearest existing directory is. Throws an `UnsupportedError` unless that is in a BPF file system. */
export function requireBpffs(directory: string): string {
  const nearest = permitted(`look at "${directory}"`, () => nearestTo(directory));
  if (isBpffs(nearest.type)) return nearest.directory;
  const hidden = hiddenBpffs(directory);
  throw new UnsupportedError(`"${directory}" is not in a BPF file system`, {
    hint:
      hidden === undefined
        ? 'mount one: "mount -t bpf bpf /sys/fs/bpf", and let --root name a directory in it'
        : `one is mounted at "${hidden}", and something else over it: unmount that`,
  });
}

/** Whether `requireBpffs` would let a directory pass. */
export function hasBpffs(directory: string): boolean {
  try {
    return isBpffs(nearestTo(directory).type);
  } catch {
    return false;
  }
}

interface Nearest {
  readonly directory: string;
  /** Of its file system. */
  readonly type: number;
}

/** Another run may remove what is empty between two looks. */
function nearestTo(directory: string): Nearest {
  const type = typeAt(directory);
  return type === undefined ? nearestTo(path.dirname(directory)) : { directory, type };
}

/** bpffs answers EPERM to every name with a dot, even to a look (kernel/bpf/inode.c, `bpf_lookup`): say what it means. */
function typeAt(directory: string): number | undefined {
  try {
    const found = statSync(directory, { throwIfNoEntry: false }); // unlike `statfsSync`, which throws: that costs more
    return found?.isDirectory() === true ? statfsSync(directory).type : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error)) && directory !== '/') return undefined;
    if (codeOf(error) !== 'EPERM' || !directory.includes('.')) throw error;
    throw new UsageError(`bpffs refuses names with a dot: "${directory}"`, {
      hint: 'choose another --root',
      cause: error,
    });
  }
}

function listOne(directory: PinPath): readonly Listed[] {
  const names = permitted(`read "${directory}"`, () => readNames(directory));
  return names
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => ({ path: pinPath(`${directory}/${entry.name}`), kind: kindOf(entry) }));
}

function readNames(directory: PinPath): ReturnType<typeof readDirectory> {
  try {
    return readDirectory(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function readDirectory(directory: PinPath) {
  return readdirSync(directory, { withFileTypes: true });
}

function kindOf(entry: { isDirectory(): boolean; isSymbolicLink(): boolean }): Listed['kind'] {
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'pin';
}

/** Turns the file system's refusals into errors of ours. */
export function permitted<Result>(doing: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'EPERM') {
      throw new PrivilegeError(`may not ${doing} (${code})`, {
        cause: error,
        hint: 'run it as root',
      });
    }
    if (code === '') throw error;
    throw new FailedError(`cannot ${doing} (${code})`, { cause: error });
  }
}
