import { wordsOf } from './words-of.ts';

/** Arrays of words as one, each with its length before it. */
export function packWords(arrays: readonly Uint32Array[]): Buffer {
  const words = new Uint32Array(arrays.reduce((length, array) => length + 1 + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    words[at] = array.length;
    words.set(array, at + 1);
    at += 1 + array.length;
  }
  return Buffer.from(words.buffer);
}

/** The same arrays again, one with each call; whoever asks for more than were packed gets empty ones. */
export function unpackWords(packed: Buffer): () => Uint32Array {
  const words = wordsOf(packed);
  let at = 0;
  return () => {
    const start = at + 1;
    at = start + (words[at] ?? 0);
    return words.subarray(start, at);
  };
}
