import { accessSync, constants, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { FailedError, PrivilegeError, RefusedError } from '../base/errors.ts';
import { replaceFile } from '../base/replace-file.ts';
import { isSealed, seal } from './seal.ts';
import type { Unit } from './units.ts';

/** What becomes of a file. */
export interface FileChange {
  readonly path: string;
  readonly action: 'write' | 'remove' | 'none';
  /** What is to be in it; `undefined` for nothing. */
  readonly text: string | undefined;
}

/**
 * What puts units into a directory. Throws a `RefusedError` where a file stands that we did not write, or that was edited
 * since, unless forced; and a `PrivilegeError` where we may not look.
 */
export function installing(
  directory: string,
  units: readonly Unit[],
  force: boolean,
): readonly FileChange[] {
  const changes = units.map(({ name, text }) => ({
    path: path.join(directory, name),
    text: seal(name, text),
  }));
  if (!force) refuseEdited(changes, 'written over');
  return changes.map(({ path: file, text }) => ({
    path: file,
    action: contentsOf(file) === text ? 'none' : 'write',
    text,
  }));
}

/** What takes them away again; throws likewise. */
export function uninstalling(
  directory: string,
  names: readonly string[],
  force: boolean,
): readonly FileChange[] {
  const files = names.map((name) => ({ path: path.join(directory, name) }));
  if (!force) refuseEdited(files, 'removed');
  return files.map(({ path: file }) => ({
    path: file,
    action: contentsOf(file) === undefined ? 'none' : 'remove',
    text: undefined,
  }));
}

/** For who does something else first. Throws a `PrivilegeError` where we may change nothing. */
export function requireWritable(directory: string): void {
  changing('change what is in', directory, () => accessSync(directory, constants.W_OK));
}

/** Carries them out; throws a `PrivilegeError` or `FailedError` at the first that cannot be. */
export function carryOut(changes: readonly FileChange[]): void {
  for (const { path: file, action, text } of changes) {
    if (action === 'write')
      changing('write', file, () => replaceFile(file, Buffer.from(text ?? '')));
    if (action === 'remove') changing('remove', file, () => rmSync(file));
  }
}

function refuseEdited(files: readonly { readonly path: string }[], what: string): void {
  const edited = files.filter(({ path: file }) => {
    const contents = contentsOf(file);
    return contents !== undefined && !isSealed(contents);
  });
  if (edited.length === 0) return;
  const names = edited.map(({ path: file }) => `"${file}"`).join(' and ');
  throw new RefusedError(`${names} would be ${what}, and somebody else wrote or edited it`, {
    hint: 'keep changes in drop-ins ("systemctl edit"), and give --force',
    refusals: edited.map(({ path: file }) => ({ code: 'edited-unit', path: file })),
  });
}

/** `undefined` where there is no such file; a mask, a symlink to /dev/null, is an empty one. */
function contentsOf(file: string): string | undefined {
  return changing('read', file, () => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  });
}

function changing<T>(verb: string, file: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const isOurs = code === 'EACCES' || code === 'EPERM';
    const context = { cause: error, ...(isOurs ? { hint: 'run it as root' } : {}) };
    throw new (isOurs ? PrivilegeError : FailedError)(`cannot ${verb} "${file}": ${code}`, context);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
