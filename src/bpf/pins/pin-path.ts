import { existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { PrivilegeError } from '../../base/errors.ts';
import { isBpffs } from '../bpffs.ts';
import { EbpfError } from '../ebpf-error.ts';
import { CallError } from '../libbpf/errno.ts';
import type { Fd } from '../libbpf/fd.ts';
import { openPin, pin, unpin } from '../libbpf/pin.ts';
import { missingCapabilities } from '../privileges.ts';
import { deniedBy } from './denied-by.ts';
import type { Needs } from './denied-by.ts';

/**
 * Pins a program, map or link (BPF_OBJ_PIN, bpf(2)). An `EbpfError` with code `InvalidPin` says what is wrong with the
 * path: not in a BPF file system, a dot in it, something there already, or no such directory.
 */
export function pinAt(file: string, fd: Fd): void {
  explained({ doing: `pin at "${file}"`, file, needs: 'directory' }, () => pin(fd, file));
}

/** Opens what is pinned at a path. Errors as those of `pinAt`. */
export function openPinAt(file: string): Fd {
  return explained({ doing: `open the pin "${file}"`, file, needs: 'pin' }, () => openPin(file));
}

/** Removes a pin; what it stood for lives on while something else holds it. Errors as those of `pinAt`. */
export function unpinAt(file: string): void {
  explained({ doing: `remove the pin "${file}"`, file, needs: 'directory' }, () => unpin(file));
}

/** C would take the part before a NUL for the path, and so another one. */
export function requireNoNul(file: string): void {
  if (!file.includes('\0')) return;
  throw new EbpfError('InvalidPin', `a path has no NUL in it, as ${JSON.stringify(file)} has`);
}

interface Call {
  readonly doing: string;
  readonly file: string;
  readonly needs: Needs;
}

function explained<Result>(call: Call, make: () => Result): Result {
  requireNoNul(call.file);
  try {
    return make();
  } catch (error) {
    throw explainPin(error, call);
  }
}

function explainPin(error: unknown, { doing, file, needs }: Call): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const reason = reasonOf(errno, file);
  if (reason !== undefined) {
    const [why, hint] = reason;
    return new EbpfError('InvalidPin', `cannot ${doing}: ${why} (${errno})`, {
      hint,
      cause: error,
    });
  }
  if (errno !== 'EPERM' && errno !== 'EACCES') {
    return new EbpfError('InvalidPin', `cannot ${doing} (${errno})`, { cause: error });
  }
  const why = errno === 'EACCES' ? deniedBy(file, needs) : missingText();
  return new PrivilegeError(`may not ${doing}${why === undefined ? '' : `: ${why}`} (${errno})`, {
    cause: error,
    hint: 'run it as root',
  });
}

function missingText(): string | undefined {
  const missing = missingCapabilities().join(' and ');
  return missing === '' ? undefined : `missing ${missing}`;
}

/** The number alone does not tell: bpffs answers EPERM to a dot in any name (kernel/bpf/inode.c, `bpf_lookup`), and to paths that are not in it. */
function reasonOf(errno: string, file: string): readonly [why: string, hint?: string] | undefined {
  const directory = path.dirname(file);
  switch (errno) {
    case 'EEXIST':
      return ['something is there already', 'unpin it first, or choose another path'];
    case 'ENOENT':
      if (file.endsWith('/')) return ['a pin has no slash at its end'];
      return existsSync(directory)
        ? ['nothing is pinned there']
        : [`there is no directory "${directory}"`, 'make it first'];
    case 'ENOTDIR':
      return [`"${directory}" is not a directory`];
    case 'EPERM':
    case 'EINVAL':
    case 'EACCES':
      return reasonOfPlace(file, directory);
    default:
      return undefined;
  }
}

function reasonOfPlace(
  file: string,
  directory: string,
): readonly [why: string, hint?: string] | undefined {
  if (isDirectory(file)) return ['it is a directory', 'name a pin in it'];
  if (isElsewhere(directory)) {
    const hint = 'choose a path below /sys/fs/bpf; "mount -t bpf bpf /sys/fs/bpf" mounts one';
    return [`"${directory}" is not in a BPF file system`, hint];
  }
  if (!file.includes('.')) return undefined;
  return ['a BPF file system refuses names with a dot', 'choose a name without one'];
}

function isElsewhere(directory: string): boolean {
  try {
    return !isBpffs(statfsSync(directory).type);
  } catch {
    return false; // not there, or nothing that may be looked at
  }
}

function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false; // nothing that could be looked at
  }
}

/** Of a system call of libbpf's, or of Node's file system. */
function errnoOf(error: unknown): string | undefined {
  if (error instanceof CallError) return error.errnoName;
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
