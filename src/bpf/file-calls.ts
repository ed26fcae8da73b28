// oxlint-disable-next-line eslint/no-restricted-imports -- this is the place that makes them
import { close, closeSync, mkdirSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { makeCall } from './call.ts';

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

/** close(2). One that fails has closed the fd all the same. */
export function closeFd(fd: number): void {
  const refuse = refusal('close');
  const make = (): void => closeSync(fd);
  makeCall('close', make, (errno) => {
    make();
    refuse(errno);
  });
}

/** The same on a thread of the pool. */
export async function closeFdAsync(fd: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    close(fd, (error) => (error === null ? resolve() : reject(error)));
  });
}

function refusal(call: string): (errno: number) => never {
  return (errno) => {
    const code = getSystemErrorName(-errno);
    throw Object.assign(new Error(`${code}: ${call}`), { code });
  };
}
