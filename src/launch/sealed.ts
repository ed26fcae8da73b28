import { crc32 } from 'node:zlib';

/** Code that V8 compiled, and how much of it there was then, Node's own included. */
export interface Code {
  readonly data: Uint8Array;
  readonly compiledBytes: number;
}

const checksumBytes = 4;
const headBytes = checksumBytes + 4;

/**
 * What is written of it, with a checksum of that and of its source: V8 looks at its version, its flags and the length of the
 * source only (seen with Node 20, 22 and 24), runs what it is given, and crashes on a bit that has flipped.
 */
export function seal({ data, compiledBytes }: Code, source: Uint8Array): Buffer {
  const sealed = Buffer.alloc(headBytes + data.length);
  sealed.writeUInt32LE(compiledBytes, checksumBytes);
  sealed.set(data, headBytes);
  sealed.writeUInt32LE(checksum(sealed, source));
  return sealed;
}

/** The code that was sealed with this source; `undefined` if it is damaged, or another's. */
export function unseal(sealed: Buffer, source: Uint8Array): Code | undefined {
  if (sealed.length < headBytes || sealed.readUInt32LE() !== checksum(sealed, source)) {
    return undefined;
  }
  return { data: sealed.subarray(headBytes), compiledBytes: sealed.readUInt32LE(checksumBytes) };
}

function checksum(sealed: Buffer, source: Uint8Array): number {
  return crc32(sealed.subarray(checksumBytes), crc32(source));
}
