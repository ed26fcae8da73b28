import { HashChains } from '../hash-chains.ts';
import { packWords, unpackWords } from '../packed-words.ts';
import { LineEnds, newline } from './line-ends.ts';

/** How long lines are, in bytes. */
export interface LineLengths {
  /** Before the name, in each line. */
  readonly before: number;
  /** Of whole lines: a guess. */
  readonly average: number;
}

/** Names that are the rest of a line each, in a table. */
export class LineNames {
  readonly #bytes: Buffer;
  readonly #starts: Uint32Array;
  readonly #chains: HashChains;

  private constructor(bytes: Buffer, starts: Uint32Array, chains: HashChains) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#chains = chains;
  }

  /** Finds all lines. */
  static in(bytes: Buffer, { before, average }: LineLengths): LineNames {
    const most = Math.ceil(bytes.length / (before + 1));
    const starts = new Uint32Array(most);
    const chains = HashChains.below(most, Math.ceil(bytes.length / average));
    const ends = new LineEnds(bytes);
    let line = 0;
    for (let start = before; start < bytes.length; line += 1) {
      const end = ends.from(start);
      starts[line] = start;
      chains.add(hashOfBytes(bytes, start, end - start), line);
      start = end + 1 + before;
    }
    const next = chains.next.subarray(0, line);
    return new LineNames(bytes, starts.subarray(0, line), new HashChains(chains.heads, next));
  }

  /** Of the same bytes as those that were packed. */
  static unpack(bytes: Buffer, packed: Buffer): LineNames {
    const next = unpackWords(packed);
    return new LineNames(bytes, next(), new HashChains(next(), next()));
  }

  /** For another run. */
  pack(): Buffer {
    return packWords([this.#starts, this.#chains.heads, this.#chains.next]);
  }

  /** Calls back with where each name starts that is exactly this text, of ASCII letters. */
  each(text: string, found: (start: number) => void): void {
    const hash = hashOfText(text);
    for (let line = this.#chains.last(hash); line !== -1; line = this.#chains.before(line)) {
      const start = this.#starts[line] ?? 0;
      if (isLine(this.#bytes, start, text)) found(start);
    }
  }

  has(text: string): boolean {
    let isThere = false;
    this.each(text, () => (isThere = true));
    return isThere;
  }
}

/** A few letters from all over a name tell it from nearly all others; each takes a while until this is compiled. */
function hashOfBytes(bytes: Uint8Array, start: number, length: number): number {
  const last = start + length - 1;
  const half = length >> 1;
  const quarter = length >> 2;
  const eighth = length >> 3;
  return (
    (length << 26) ^
    (bytes[start] ?? 0) ^
    ((bytes[start + quarter] ?? 0) << 4) ^
    ((bytes[start + half] ?? 0) << 8) ^
    ((bytes[last - quarter] ?? 0) << 13) ^
    ((bytes[last - eighth] ?? 0) << 18) ^
    ((bytes[last] ?? 0) << 23)
  );
}

/** The same of a text. */
function hashOfText(text: string): number {
  const last = text.length - 1;
  const half = text.length >> 1;
  const quarter = text.length >> 2;
  const eighth = text.length >> 3;
  return (
    (text.length << 26) ^
    text.charCodeAt(0) ^
    (text.charCodeAt(quarter) << 4) ^
    (text.charCodeAt(half) << 8) ^
    (text.charCodeAt(last - quarter) << 13) ^
    (text.charCodeAt(last - eighth) << 18) ^
    (text.charCodeAt(last) << 23)
  );
}

function isLine(bytes: Uint8Array, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (bytes[start + at] !== text.charCodeAt(at)) return false;
  }
  return bytes[start + text.length] === newline;
}
