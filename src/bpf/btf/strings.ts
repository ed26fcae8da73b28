import { isAscii } from 'node:buffer';

/** So many texts are read one by one, before all are made text at once: 2 ms for a kernel's 2.5 MB, of which a few names need nothing. */
const textsBeforeAll = 256;

/** The names of some BTF. Those of split BTF go on where its base's end, and what the base has is not said again. */
export class Strings {
  readonly #bytes: Buffer;
  /** The place of the first byte: 0, or in split BTF the end of the base's. */
  readonly #start: number;
  readonly #base: Strings | undefined;
  #texts = 0;
  #all = '';

  constructor(bytes: Buffer, base: Strings | undefined) {
    this.#bytes = bytes;
    this.#base = base;
    this.#start = base === undefined ? 0 : base.#start + base.#bytes.length;
  }

  /** The text at a place; empty where there is none. */
  textAt(place: number): string {
    if (place < this.#start) return this.#base?.textAt(place) ?? '';
    const from = place - this.#start;
    if (from >= this.#bytes.length) return '';
    this.#texts += 1;
    if (this.#texts === textsBeforeAll && isAscii(this.#bytes)) {
      this.#all = this.#bytes.toString('latin1');
    }
    return this.#all === '' ? textIn(this.#bytes, from) : partOf(this.#all, from);
  }

  /** The places of a text: at most one in each table, since strings are stored once each. Decodes nothing. */
  placesOf(text: string): readonly number[] {
    if (text === '' || text.includes('\0')) return [];
    const own = this.#placeOf(text);
    const further = this.#base?.placesOf(text) ?? [];
    return own === undefined ? further : [own, ...further];
  }

  /** The hash of the text at a place. Decodes nothing. */
  hashAt(place: number): number {
    if (place < this.#start) return this.#base?.hashAt(place) ?? 0;
    return hashUntilEnd(this.#bytes, place - this.#start);
  }

  /** Whether the text at a place has these bytes. */
  isAt(place: number, text: Uint8Array): boolean {
    if (place < this.#start) return this.#base?.isAt(place, text) ?? false;
    return isText(this.#bytes, place - this.#start, text);
  }

  #placeOf(text: string): number | undefined {
    // the first string of split BTF has no NUL before it; that of all other BTF is the empty one
    if (this.#start > 0 && this.#bytes.indexOf(`${text}\0`) === 0) return this.#start;
    const before = this.#bytes.indexOf(`\0${text}\0`);
    return before === -1 ? undefined : this.#start + before + 1;
  }
}

/** As `hashed` does it: a call for each byte would take all the time there is before this is compiled. The end of the bytes ends a text, too. */
function hashUntilEnd(bytes: Uint8Array, from: number): number {
  let hash = 0;
  let at = from;
  for (let byte = bytes[at] ?? 0; byte !== 0; byte = bytes[at] ?? 0) {
    hash = (hash << 5) ^ (hash >>> 27) ^ byte;
    at += 1;
  }
  return hash;
}

function isText(bytes: Uint8Array, from: number, text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text[at]) return false;
  return (bytes[from + text.length] ?? 0) === 0;
}

function textIn(bytes: Buffer, from: number): string {
  const end = bytes.indexOf(0, from);
  return bytes.toString('utf8', from, end === -1 ? undefined : end);
}

function partOf(all: string, from: number): string {
  const end = all.indexOf('\0', from);
  return all.slice(from, end === -1 ? undefined : end);
}
