import { endianness } from 'node:os';
import { readFileSync } from 'node:fs';
import { EbpfError } from '../ebpf-error.ts';
import { UnsupportedError } from '../../base/errors.ts';
import type { FunctionCatalog } from '../../state/function-catalog.ts';

/** Kinds of BTF types (include/uapi/linux/btf.h). */
export const BtfKind = {
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  function: 12,
  prototype: 13,
  variable: 14,
  section: 15,
  float: 16,
  declarationTag: 17,
  typeTag: 18,
  enum64: 19,
} as const;

/** Bytes behind the 12 of every type, by kind: a fixed part, and so many for each member. */
const fixedBytes = Uint8Array.of(0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0);
const memberBytes = Uint8Array.of(0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12);

const magic = 0xeb9f;
const headerLength = 24;
const typeLength = 12;

/** One type, as it lies in the data; `sizeOrType` and `words` mean what its kind says. */
export interface BtfType {
  readonly id: number;
  readonly kind: number;
  readonly name: string;
  readonly memberCount: number;
  readonly flag: boolean;
  readonly sizeOrType: number;
  /** The 32-bit words behind the common part. */
  readonly words: readonly number[];
}

/**
 * BPF type information, read in place (Documentation/bpf/btf.rst). One pass on construction notes where each type
 * starts; names are only decoded when asked for. Throws an `UnsupportedError` for what is no BTF it can read.
 */
export class Btf implements FunctionCatalog {
  readonly #data: Buffer;
  /** The same data as 32-bit words. */
  readonly #words: Uint32Array;
  readonly #strings: Buffer;
  /** Where each type starts, in bytes from the start of the data; type ids start at 1. */
  readonly #starts: Uint32Array;
  #functions: Uint32Array | undefined;

  constructor(data: Buffer) {
    if (endianness() !== 'LE')
      throw new UnsupportedError('big-endian machines are not supported yet');
    const header = readHeader(data);
    this.#data = data;
    this.#words = wordsOf(data);
    this.#strings = data.subarray(header.strings, header.strings + header.stringsLength);
    this.#starts = findTypes(this.#words, header.types, header.types + header.typesLength);
  }

  /** Number of types; ids run from 1 to this. */
  get length(): number {
    return this.#starts.length;
  }

  /** `undefined` for an id that is not there; 0 is `void` and is not there either. */
  type(id: number): BtfType | undefined {
    const start = this.#starts[id - 1];
    if (start === undefined) return undefined;
    const info = this.#data.readUInt32LE(start + 4);
    const kind = (info >>> 24) & 0x1f;
    const memberCount = info & 0xffff;
    return {
      id,
      kind,
      memberCount,
      name: this.#string(this.#data.readUInt32LE(start)),
      flag: info >>> 31 === 1,
      sizeOrType: this.#data.readUInt32LE(start + 8),
      words: readWords(this.#data, start + typeLength, extraOf(kind, memberCount)),
    };
  }

  *ofKind(kind: number): Generator<BtfType> {
    for (let id = 1; id <= this.length; id += 1) {
      if (this.#kind(id) !== kind) continue;
      const type = this.type(id);
      if (type !== undefined) yield type;
    }
  }

  readonly path: string | undefined;
  static fromSysFs(): Btf {
    sysFs ??= new Btf(readFileSync('/sys/kernel/btf/vmlinux'));
    return sysFs;
  }
  static forModule(name: string): Btf {
    throw new Error(name);
  }
  idOf(name: string): number {
    const [id, ...more] = this.find(name);
    if (id === undefined || more.length > 0)
      throw new EbpfError('UnknownType', `not in the kernel's BTF: "${name}"`);
    return id;
  }

  find(name: string): readonly number[] {
    // strings are stored once each, so the name's place identifies it without decoding any other
    const place = this.#strings.indexOf(`\0${name}\0`);
    if (place === -1 || name === '') return [];
    return Array.from(this.#functionIds().filter((id) => this.#nameOffset(id) === place + 1));
  }

  *names(): Generator<string> {
    for (const id of this.#functionIds()) yield this.#string(this.#nameOffset(id));
  }

  #functionIds(): Uint32Array {
    this.#functions ??= idsOfKind(this.#words, this.#starts, BtfKind.function);
    return this.#functions;
  }

  #kind(id: number): number {
    return ((this.#words[(this.#starts[id - 1] ?? 0) / 4 + 1] ?? 0) >>> 24) & 0x1f;
  }

  #nameOffset(id: number): number {
    return this.#words[(this.#starts[id - 1] ?? 0) / 4] ?? 0;
  }

  #string(offset: number): string {
    if (offset >= this.#strings.length) return '';
    const end = this.#strings.indexOf(0, offset);
    return this.#strings.toString('utf8', offset, end === -1 ? undefined : end);
  }
}

let sysFs: Btf | undefined;

interface Header {
  readonly types: number;
  readonly typesLength: number;
  readonly strings: number;
  readonly stringsLength: number;
}

function readHeader(data: Buffer): Header {
  if (data.length < headerLength || data.readUInt16LE(0) !== magic)
    throw malformed('no BTF header');
  const base = data.readUInt32LE(4);
  const header = {
    types: base + data.readUInt32LE(8),
    typesLength: data.readUInt32LE(12),
    strings: base + data.readUInt32LE(16),
    stringsLength: data.readUInt32LE(20),
  };
  const end = Math.max(header.types + header.typesLength, header.strings + header.stringsLength);
  if (end > data.length) throw malformed('sections reach past the end');
  if (header.types % 4 !== 0) throw malformed('types start at an odd place');
  return header;
}

/** A hundred thousand types in a kernel: plain loops over typed arrays, since this runs in every command. */
function findTypes(words: Uint32Array, from: number, to: number): Uint32Array {
  const starts = new Uint32Array(Math.floor((to - from) / typeLength));
  let count = 0;
  let at = from;
  while (at + typeLength <= to) {
    const info = words[at / 4 + 1] ?? 0;
    starts[count] = at;
    count += 1;
    at += typeLength + extraOf((info >>> 24) & 0x1f, info & 0xffff);
  }
  if (at !== to) throw malformed('a type reaches past the end');
  return starts.subarray(0, count);
}

function idsOfKind(words: Uint32Array, starts: Uint32Array, kind: number): Uint32Array {
  const ids = new Uint32Array(starts.length);
  let count = 0;
  for (let index = 0; index < starts.length; index += 1) {
    const info = words[(starts[index] ?? 0) / 4 + 1] ?? 0;
    if (((info >>> 24) & 0x1f) !== kind) continue;
    ids[count] = index + 1;
    count += 1;
  }
  return ids.subarray(0, count);
}

function extraOf(kind: number, memberCount: number): number {
  const fixed = fixedBytes[kind];
  if (fixed === undefined || kind === 0) {
    throw new UnsupportedError(`cannot read BTF: unknown kind of type ${kind}`, {
      hint: 'this kernel or compiler is newer than this fentryctl; update fentryctl',
    });
  }
  return fixed + (memberBytes[kind] ?? 0) * memberCount;
}

/** Copies what does not start at a multiple of four, which a typed array must. */
function wordsOf(data: Buffer): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}

function readWords(data: Buffer, start: number, bytes: number): readonly number[] {
  return Array.from({ length: bytes / 4 }, (_, index) => data.readUInt32LE(start + index * 4));
}

function malformed(why: string): UnsupportedError {
  return new UnsupportedError(`cannot read BTF: ${why}`);
}
