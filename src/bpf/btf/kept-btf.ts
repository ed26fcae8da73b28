import type { TextKeeper } from '../../state/text-keeper.ts';
import { HashChains } from '../hash-chains.ts';
import { currentKeeper, formatAndBoot } from '../keeping.ts';
import { packWords, unpackWords } from '../packed-words.ts';
import type { Types } from './parse.ts';

/** How many types apart those are that are looked at. */
const stride = 1000;

/**
 * What runs leave each other of what they made of the kernel's BTF, which stays the same until the machine boots. To read it takes a fifth
 * of the time that it takes to find it again.
 */
export class KeptBtf {
  readonly #keeper: TextKeeper;
  readonly #state: Buffer;

  constructor(keeper: TextKeeper, state: string) {
    this.#keeper = keeper;
    this.#state = Buffer.from(state);
  }

  /** For that BTF; `undefined` where nothing is to be kept. */
  static of({ length }: Buffer): KeptBtf | undefined {
    const keeper = currentKeeper();
    if (keeper === undefined) return undefined;
    try {
      return new KeptBtf(keeper, `${formatAndBoot()}\n${length}\n\n`);
    } catch {
      return undefined; // without /proc
    }
  }

  /** Where the types of these words are. */
  types(words: Uint32Array): Types | undefined {
    const next = this.#read('types');
    if (next === undefined) return undefined;
    const [names, starts, kinds] = [next(), next(), next()];
    const bytes = new Uint8Array(kinds.buffer, kinds.byteOffset, names.length);
    const types = { names, starts, kinds: bytes };
    return fit(types, words) ? types : undefined;
  }

  keepTypes({ names, starts, kinds }: Types): void {
    const padded = new Uint32Array(Math.ceil(kinds.length / 4));
    new Uint8Array(padded.buffer).set(kinds);
    this.#keep('types', [names, starts, padded]);
  }

  /** Functions, by the hashes of their names; whether they are of these very types is for the caller to see. */
  functions(): HashChains | undefined {
    const next = this.#read('functions');
    return next && new HashChains(next(), next());
  }

  keepFunctions({ heads, next }: HashChains): void {
    this.#keep('functions', [heads, next]);
  }

  #read(name: string): (() => Uint32Array) | undefined {
    const kept = this.#keeper.read(name);
    const { length } = this.#state;
    if (kept?.subarray(0, length).equals(this.#state) !== true) return undefined;
    return unpackWords(kept.subarray(length));
  }

  #keep(name: string, arrays: readonly Uint32Array[]): void {
    this.#keeper.keep(name, Buffer.concat([this.#state, packWords(arrays)]));
  }
}

/** Somebody may have mounted another file over it, even of the same length. */
function fit({ names, starts, kinds }: Types, words: Uint32Array): boolean {
  for (let index = 0; index < names.length; index += stride) {
    const at = starts[index] ?? 0;
    if (words[at] !== names[index]) return false;
    if ((((words[at + 1] ?? 0) >>> 24) & 0x1f) !== kinds[index]) return false;
  }
  return names.length > 0;
}
