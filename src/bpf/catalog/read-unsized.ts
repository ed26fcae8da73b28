import { openSync, readSync } from 'node:fs';
import { closeFd } from '../file-calls.ts';

const firstSize = 2 ** 23;

/** Whether what was read last makes reading on needless. */
export type IsEnough = (part: Buffer) => boolean;

/**
 * A file of procfs or tracefs, which does not tell its size, and gives at most a page at a time, of whole
 * lines (`seq_read_iter` in fs/seq_file.c), however much is asked for: reading such a file of 10 MB
 * with what Node has takes 64 kB for each page. Throws the error of the file system.
 */
export function readUnsized(file: string, isEnough?: IsEnough): Buffer {
  const fd = openSync(file, 'r');
  try {
    return readAll(fd, isEnough);
  } finally {
    closeFd(fd);
  }
}

function readAll(fd: number, isEnough: IsEnough | undefined): Buffer {
  let bytes = Buffer.allocUnsafe(firstSize);
  let length = 0;
  for (;;) {
    const read = readSync(fd, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
    const isLast = isEnough?.(bytes.subarray(length - read, length)) ?? false;
    if (isLast) return bytes.subarray(0, length);
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(length)]);
  }
}
