import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';

/** The problem's message wants the file in front: "does not exist". */
export type FileContents = { readonly bytes: Uint8Array } | { readonly problem: Problem };

/** Bytes that an object file may have. */
export const largestObject = 64 * 2 ** 20;

/** The code of the problem that another user, or more privileges, would not have. */
export const noPermission = 'no-permission';

/** Told of the file that is open, before it is read. */
export type OnOpened = (file: string, opened: Stats) => void;

/**
 * Reads a whole file of at most `limit` bytes. Whatever is no regular file is refused without
 * waiting for it: opening a FIFO blocks until someone writes.
 */
export function readRegularFile(file: string, limit: number, onOpened?: OnOpened): FileContents {
  try {
    const unfit = unfitness(statSync(file), limit);
    return unfit === undefined ? readOpened(file, limit, onOpened) : { problem: unfit };
  } catch (error) {
    return { problem: refusal(error, file) };
  }
}

function readOpened(file: string, limit: number, onOpened?: OnOpened): FileContents {
  // Between stat and open it may have become a FIFO: O_NONBLOCK opens even that at once.
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(fd);
    onOpened?.(file, stats);
    const unfit = unfitness(stats, limit);
    return unfit === undefined ? readAll(fd, stats.size, limit) : { problem: unfit };
  } finally {
    closeSync(fd);
  }
}

/** Trusts no size: files of /proc have none, others grow while they are read. */
function readAll(fd: number, expected: number, limit: number): FileContents {
  let buffer = Buffer.allocUnsafe(Math.min(expected, limit) + 1);
  let length = 0;
  for (;;) {
    const count = readSync(fd, buffer, length, buffer.length - length, null);
    if (count === 0) return { bytes: buffer.subarray(0, length) };
    length += count;
    if (length > limit) return { problem: tooLarge(length, limit) };
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(length)]);
  }
}

function unfitness(stats: Stats, limit: number): Problem | undefined {
  if (!stats.isFile())
    return { code: 'not-a-file', message: `is ${kindOf(stats)}, not a regular file` };
  return stats.size > limit ? tooLarge(stats.size, limit) : undefined;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function tooLarge(size: number, limit: number): Problem {
  const message = `is larger than ${limit / 2 ** 20} MiB (it has ${size} bytes or more)`;
  return { code: 'too-large', message };
}

function refusal(error: unknown, file: string): Problem {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { code: 'no-such-file', message: 'does not exist', hint: nearFile(file) };
    case 'EACCES':
    case 'EPERM':
      return { code: noPermission, message: 'may not be read' };
    default:
      return { code: 'cannot-read', message: `cannot be read: ${errorCode(error)}` };
  }
}

function nearFile(file: string): string | undefined {
  try {
    return didYouMean(path.basename(file), readdirSync(path.dirname(file)));
  } catch {
    return undefined; // the directory is missing or unreadable too: there is nothing to suggest
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
