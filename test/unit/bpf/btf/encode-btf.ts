import type { BtfKindName } from '../../../../src/bpf/btf/btf-type.ts';
import { BtfKind } from '../../../../src/bpf/btf/btf-type.ts';
import type { Btf } from '../../../../src/bpf/btf/btf.ts';

/** A type as it is to be written; what is left out is 0, and so is the value's meaning with the kind. */
export interface Type {
  readonly kind: BtfKindName;
  readonly name: string;
  readonly flag: boolean;
  /** The size, or the id of another type. */
  readonly value: number;
  /** Of structs, unions, enums, prototypes and sections: how many members `words` has. */
  readonly members: number;
  /** What follows: numbers, and texts for the places of names. */
  readonly words: readonly (number | string)[];
}

/** The sizes of strings and types that split BTF goes on from. */
export interface Split {
  readonly stringsLength: number;
}

/** BTF of these types, as Documentation/bpf/btf.rst has it; the first has id 1, or in split BTF the base's next. */
export function encodeBtf(types: readonly Partial<Type>[], split?: Split): Buffer {
  const strings = new Strings(split?.stringsLength);
  const body = Buffer.concat(types.map((type) => encodeType(type, strings)));
  const text = strings.bytes();
  const header = [0x0001eb9f, 24, 0, body.length, body.length, text.length];
  return Buffer.concat([uint32s(header), body, text]);
}

/** Bytes of all strings in some encoded BTF. */
export function stringsLength(data: Buffer): number {
  return data.readUInt32LE(20);
}

/** `char`, as compilers of BPF describe it. */
export function char(): Partial<Type> {
  return { kind: 'int', name: 'char', value: 1, words: [(1 << 24) | 8] };
}

/** An int of whole bytes. */
export function int(name: string, bytes: number, isSigned = false): Partial<Type> {
  return {
    kind: 'int',
    name,
    value: bytes,
    words: [((isSigned ? 1 << 24 : 0) | (bytes * 8)) >>> 0],
  };
}

/** Ids by name, for expectations. */
export function namesOf(btf: Btf, ids: readonly number[]): readonly (string | undefined)[] {
  return ids.map((id) => btf.type(id)?.name);
}

class Strings {
  readonly #places = new Map<string, number>();
  readonly #start: number;
  #text = '\0';

  constructor(start?: number) {
    this.#start = start ?? 0;
    if (start !== undefined) this.#text = ''; // split BTF has the base's empty string
  }

  place(name: string): number {
    if (name === '') return 0;
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#start + Buffer.byteLength(this.#text);
    this.#places.set(name, place);
    this.#text += `${name}\0`;
    return place;
  }

  bytes(): Buffer {
    return Buffer.from(this.#text);
  }
}

function encodeType(type: Partial<Type>, strings: Strings): Buffer {
  const { kind = 'int', name = '', flag = false, value = 0, members = 0, words = [] } = type;
  const info = ((BtfKind[kind] << 24) | (flag ? 1 << 31 : 0) | members) >>> 0;
  const rest = words.map((word) => (typeof word === 'string' ? strings.place(word) : word >>> 0));
  return uint32s([strings.place(name), info, value, ...rest]);
}

function uint32s(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32LE(value, index * 4);
  return buffer;
}
