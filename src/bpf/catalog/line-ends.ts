import { wordsOf } from '../words-of.ts';

export const newline = 0x0a;

const [newlines, ones, highs] = [0x0a0a0a0a, 0x01010101, 0x80808080 | 0];

/**
 * Where lines end, found four bytes at a time: until a loop is compiled each of its rounds takes hundreds of instructions, and of ASCII
 * these words are all small numbers, not objects. On a little-endian machine, as BTF is read on no other. Calls to Node for each line would
 * take longer.
 */
export class LineEnds {
  readonly #bytes: Buffer;
  readonly #words: Int32Array;

  constructor(bytes: Buffer) {
    const { buffer, byteOffset, length } = wordsOf(bytes);
    this.#bytes = bytes;
    this.#words = new Int32Array(buffer, byteOffset, length);
  }

  /** The first at a place or behind it; where there is none, the end of all. */
  from(place: number): number {
    const end = endInWords(this.#words, place);
    if (end !== -1) return end;
    const tail = this.#bytes.indexOf(newline, Math.max(place, this.#words.length * 4));
    return tail === -1 ? this.#bytes.length : tail;
  }
}

/** A byte of 0 is the lowest of which subtracting 1 sets the high bit (those before `place` are masked). */
function endInWords(words: Int32Array, place: number): number {
  let found = 0;
  let mask = -1 << ((place & 3) << 3);
  let at = (place >> 2) - 1;
  while (found === 0) {
    at += 1;
    if (at >= words.length) return -1;
    const word = (words[at] ?? 0) ^ newlines;
    found = (word - ones) & ~word & highs & mask;
    mask = -1;
  }
  return (at << 2) + ((31 - Math.clz32(found & -found)) >> 3);
}
