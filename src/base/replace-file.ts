import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Puts a file in place whole, over whatever has its name: a reader finds the old or the new one, and a crash leaves
 * one of them. Readable by all, as far as the umask lets it. Throws the error of the file system.
 */
export function replaceFile(file: string, contents: Uint8Array): void {
  const beside = `${file}.${randomBytes(6).toString('hex')}.new`;
  createFile(beside, contents, 0o644);
  try {
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Makes a file that was not there; throws the error of the file system, `EEXIST` if it was. Half a file is removed. */
export function createFile(file: string, contents: string | Uint8Array, mode: number): void {
  const fd = openSync(file, 'wx', mode); // O_EXCL: follows no symlink that others put there
  try {
    writeFileSync(fd, contents);
    fsyncSync(fd);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}
