import type { BtfType, BtfTypes } from './btf-type.ts';
import { extraOf, typeLength } from './parse.ts';

/**
 * One type, decoded as far as it is asked: most are only passed through on the way to another, and their name, or a view of what is
 * behind them, takes longer than all the rest.
 */
export class TypeInPlace implements BtfType {
  readonly id: number;
  readonly kind: number;
  readonly sizeOrType: number;
  readonly #types: BtfTypes;
  readonly #data: Uint32Array;
  readonly #at: number;
  readonly #info: number;

  /** `at` is where it starts in the data, in words. */
  constructor(types: BtfTypes, data: Uint32Array, id: number, at: number) {
    this.id = id;
    this.#types = types;
    this.#data = data;
    this.#at = at;
    this.#info = data[at + 1] ?? 0;
    this.kind = (this.#info >>> 24) & 0x1f;
    this.sizeOrType = data[at + 2] ?? 0;
  }

  get name(): string {
    return this.#types.nameAt(this.#data[this.#at] ?? 0);
  }

  get memberCount(): number {
    return this.#info & 0xffff;
  }

  get flag(): boolean {
    return this.#info >>> 31 === 1;
  }

  word(index: number): number {
    return this.#data[this.#at + typeLength / 4 + index] ?? 0;
  }

  get words(): ArrayLike<number> {
    const start = this.#at + typeLength / 4;
    return this.#data.subarray(start, start + extraOf(this.kind, this.memberCount) / 4);
  }
}
