/** Bytes as 32-bit words, the last few left out that fill none; copied where they do not start at a multiple of four, which a typed array must. */
export function wordsOf(data: Buffer): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}
