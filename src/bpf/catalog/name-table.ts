/** Offset basis and prime of FNV-1a, a hash that takes one step a byte. */
const basis = 0x811c9dc5;
const prime = 0x01000193;

/**
 * How often names are in some bytes, which are given as from where to where: a hash table of places. A kernel has 100,000 names and
 * more, and as strings they would take longer to make and to collect than all the rest of a run.
 */
export class NameTable {
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #counts: Uint32Array;
  readonly #mask: number;

  /** Has room for so many different names. */
  constructor(bytes: Uint8Array, most: number) {
    const size = 2 ** Math.ceil(Math.log2(most * 2 + 2));
    this.#bytes = bytes;
    this.#starts = new Uint32Array(size);
    this.#ends = new Uint32Array(size);
    this.#counts = new Uint32Array(size);
    this.#mask = size - 1;
  }

  add(start: number, end: number): void {
    const bytes = this.#bytes;
    let hash = basis;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), prime);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#counts[slot] !== 0 && !this.#isSame(slot, start, end))
      slot = (slot + 1) & this.#mask;
    if (this.#counts[slot] === 0) {
      this.#starts[slot] = start;
      this.#ends[slot] = end;
    }
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** How often a name of ASCII letters was added. */
  count(name: string): number {
    let hash = basis;
    for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), prime);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#counts[slot] !== 0 && !this.#isName(slot, name)) slot = (slot + 1) & this.#mask;
    return this.#counts[slot] ?? 0;
  }

  #isSame(slot: number, start: number, end: number): boolean {
    const from = this.#starts[slot] ?? 0;
    if ((this.#ends[slot] ?? 0) - from !== end - start) return false;
    for (let at = 0; at < end - start; at += 1) {
      if (this.#bytes[from + at] !== this.#bytes[start + at]) return false;
    }
    return true;
  }

  #isName(slot: number, name: string): boolean {
    const from = this.#starts[slot] ?? 0;
    if ((this.#ends[slot] ?? 0) - from !== name.length) return false;
    for (let at = 0; at < name.length; at += 1) {
      if (this.#bytes[from + at] !== name.charCodeAt(at)) return false;
    }
    return true;
  }
}
