import { openSync, readSync } from 'node:fs';
import { closeFd } from '../file-calls.ts';

const firstSize = 2 ** 23;

/**
 * A file of procfs or tracefs, which does not tell its size, and gives about a page at a time: reading such a file of 10 MB
 * with what Node has takes 64 kB for each page. Throws the error of the file system.
 */
export function readUnsized(file: string): Buffer {
  const fd = openSync(file, 'r');
  try {
    return readAll(fd);
  } finally {
    closeFd(fd);
  }
}

function readAll(fd: number): Buffer {
  let bytes = Buffer.allocUnsafe(firstSize);
  let length = 0;
  for (;;) {
    const read = readSync(fd, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(length)]);
  }
}
