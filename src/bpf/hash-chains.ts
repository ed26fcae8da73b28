/**
 * One byte more in a hash, which starts as 0. Nothing but shifts of 32 bits: until a loop is compiled, a multiplication is a call, and what
 * does not fit an object each.
 */
export function hashed(hash: number, byte: number): number {
  return (hash << 5) ^ (hash >>> 27) ^ byte;
}

/** Odd, and without a pattern: 2^32 divided by the golden ratio. */
const spread = 0x9e3779b1 | 0;

/**
 * Numbers by the hash of a name. The names themselves stay where they are, among some bytes, and whoever asks compares with the few that
 * have that hash: a kernel has 100,000 names and more, and as strings they would take longer to make and to collect than all the rest of a run.
 */
export class HashChains {
  /** As many as a power of two: for each slot a number, and 1 more; 0: it is empty. */
  readonly heads: Uint32Array;
  /** For each number the one behind it in its slot, as above. */
  readonly next: Uint32Array;
  readonly #mask: number;

  /** What was filled before: both belong together, as they are. */
  constructor(heads: Uint32Array, next: Uint32Array) {
    this.heads = heads;
    this.next = next;
    this.#mask = heads.length - 1;
  }

  /** Empty, for numbers below `end`, of which there are about so many. */
  static below(end: number, about = end): HashChains {
    const size = 2 ** Math.ceil(Math.log2(about + 2));
    return new HashChains(new Uint32Array(size), new Uint32Array(end));
  }

  /** Each number once. */
  add(hash: number, number: number): void {
    const slot = this.#slotOf(hash);
    this.next[number] = this.heads[slot] ?? 0;
    this.heads[slot] = number + 1;
  }

  /** What was added last of those that may have that hash; -1: there is none. */
  last(hash: number): number {
    return (this.heads[this.#slotOf(hash)] ?? 0) - 1;
  }

  /** What was added before that one, of those that may have its hash; -1: there is none. */
  before(number: number): number {
    return (this.next[number] ?? 0) - 1;
  }

  /** Spreads what the last few letters made of it. */
  #slotOf(hash: number): number {
    return (Math.imul(hash, spread) >>> 12) & this.#mask;
  }
}
