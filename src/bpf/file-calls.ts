// oxlint-disable-next-line eslint/no-restricted-imports -- this is the place that makes them
import { close, closeSync, mkdirSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { makeCall } from './call.ts';
import { codeOf } from './error-code.ts';

/** mkdir(2): one directory. All here throw what Node throws, with the errno's name as `code`. */
export function mkdir(path: string, mode: number): void {
  const make = (): void => {
    mkdirSync(path, { mode });
  };
  makeCall('mkdir', make, refusal('mkdir'));
}

/** symlink(2) */
export function symlink(target: string, path: string): void {
  makeCall('symlink', () => symlinkSync(target, path), refusal('symlink'));
}

/** unlink(2) */
export function unlink(path: string): void {
  makeCall('unlink', () => unlinkSync(path), refusal('unlink'));
}

/** rmdir(2) */
export function rmdir(path: string): void {
  makeCall('rmdir', () => rmdirSync(path), refusal('rmdir'));
}

/**
 * close(2). Whatever it says, Linux has closed the fd, and what we close has nothing to write back: only an fd that was
 * not open is an error, and one of ours.
 */
export function closeFd(fd: number): void {
  const refuse = refusal('close');
  const make = (): void => closeSync(fd);
  try {
    makeCall('close', make, (errno) => {
      make();
      refuse(errno);
    });
  } catch (error) {
    if (codeOf(error) === 'EBADF') throw error;
  }
}

/** The same on a thread of the pool. */
export async function closeFdAsync(fd: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    close(fd, (error) => (error?.code === 'EBADF' ? reject(error) : resolve()));
  });
}

function refusal(call: string): (errno: number) => never {
  return (errno) => {
    const code = getSystemErrorName(-errno);
    throw Object.assign(new Error(`${code}: ${call}`), { code });
  };
}
