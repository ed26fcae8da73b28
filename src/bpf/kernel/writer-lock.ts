import { constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Lock } from '../../apply/kernel.ts';
import { FailedError, LockedError } from '../../base/errors.ts';
import type { PinPath } from '../../state/ids.ts';
import { makeDirectory, permitted } from '../bpffs.ts';
import { codeOf } from '../error-code.ts';
import { closeFd } from '../file-calls.ts';
import { tryLock } from '../libbpf/flock.ts';

/** Milliseconds between tries: flock(2) cannot wait with a limit without blocking the thread. */
const pause = 50;

/**
 * The writer lock: flock(2) on the root directory, which is made if it is missing. Dies with the process, so it cannot
 * be left behind. Waits up to `timeoutMs`, then throws a `LockedError` that names the holder.
 */
export async function lockDirectory(
  directory: PinPath,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Lock> {
  let deadline: number | undefined; // Node's clock is loaded for those who wait only
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryOnce(directory);
    if (lock !== undefined) return lock;
    deadline ??= performance.now() + timeoutMs;
    if (performance.now() >= deadline) throw lockedError(directory, timeoutMs);
    await setTimeout(pause); // oxlint-disable-line eslint/no-await-in-loop -- waiting is what this loop is for
  }
}

function tryOnce(directory: PinPath): Lock | undefined {
  makeDirectory(directory);
  const fd = openDirectory(directory);
  if (fd === undefined) return undefined;
  if (tryLock(fd) && isStillThere(directory, fd)) return lockOn(directory, fd);
  closeFd(fd);
  return undefined;
}

function lockOn(directory: PinPath, fd: number): Lock {
  return {
    requireHeld: () => {
      if (isStillThere(directory, fd)) return;
      throw new FailedError(`"${directory}" was removed, and the lock on it with it`, {
        hint: 'somebody removes pins by hand while this runs; apply again when that is over',
        isPassing: true,
      });
    },
    [Symbol.dispose]: () => closeFd(fd),
  };
}

function openDirectory(directory: PinPath): number | undefined {
  return permitted(`open "${directory}"`, () => {
    try {
      return openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined; // its last user has just removed it
      throw error;
    }
  });
}

/** A lock on a directory that was removed meanwhile protects nothing. */
function isStillThere(directory: PinPath, fd: number): boolean {
  const now = statSync(directory, { throwIfNoEntry: false });
  const locked = fstatSync(fd);
  return now !== undefined && now.ino === locked.ino && now.dev === locked.dev;
}

function lockedError(directory: PinPath, timeoutMs: number): LockedError {
  const pid = holderOf(directory);
  const who = pid === undefined ? 'another run' : `process ${pid}`;
  return new LockedError(`${who} holds the lock on "${directory}" (waited ${timeoutMs / 1000} s)`, {
    hint: 'wait for it to end, or give --lock-timeout more seconds',
  });
}

/** Who holds the lock, from /proc/locks (proc_locks(5)); `undefined` where that does not tell. */
function holderOf(directory: PinPath): number | undefined {
  const inode = statSync(directory, { throwIfNoEntry: false })?.ino;
  const line = readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .find(
      (text) =>
        / FLOCK .* WRITE /.test(text) && text.includes(`:${inode} `) && !text.includes('->'),
    );
  const pid = Number(line?.trim().split(/\s+/)[4]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}
