import { endianness } from 'node:os';
import { UnsupportedError } from '../../base/errors.ts';
import { EbpfError } from '../ebpf-error.ts';
import { wordsOf } from '../words-of.ts';
import type { KeptBtf } from './kept-btf.ts';

/** Bytes behind the 12 of every type, by kind: a fixed part, and so many for each member. */
const fixedBytes = Uint8Array.of(0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0);
const memberBytes = Uint8Array.of(0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12);

const magic = 0xeb9f;
const headerLength = 24;

/** Bytes that every type starts with: where its name is, kind and number of members, size or another type. */
export const typeLength = 12;

/** BTF in place: where each type starts, and the bytes of its strings. */
export interface ParsedBtf {
  /** The data as 32-bit words. */
  readonly words: Uint32Array;
  readonly types: Types;
  readonly strings: Buffer;
}

/** What each type starts with, in arrays of its own: look-ups go through one of them only, and leave that to Node. */
export interface Types {
  /** Words from the start of the data. */
  readonly starts: Uint32Array;
  readonly kinds: Uint8Array;
  /** Where names are among the strings. */
  readonly names: Uint32Array;
}

/**
 * Finds the types in BTF (Documentation/bpf/btf.rst) in one pass. Throws an `EbpfError` `InvalidBtf` for what is
 * none, and an `UnsupportedError` for what is newer than this code or on a big-endian machine.
 */
export function parseBtf(data: Buffer, kept?: Pick<KeptBtf, 'types' | 'keepTypes'>): ParsedBtf {
  if (endianness() !== 'LE')
    throw new UnsupportedError('big-endian machines are not supported yet');
  const header = readHeader(data);
  const words = wordsOf(data);
  const find = (): Types => {
    const found = findTypes(words, header.types, header.types + header.typesLength);
    kept?.keepTypes(found);
    return found;
  };
  return {
    words,
    types: kept?.types(words) ?? find(),
    strings: data.subarray(header.strings, header.strings + header.stringsLength),
  };
}

/** Bytes behind a type's common part. */
export function extraOf(kind: number, memberCount: number): number {
  const fixed = fixedBytes[kind];
  if (fixed === undefined || kind === 0) {
    throw new UnsupportedError(`cannot read BTF: unknown kind of type ${kind}`, {
      hint: 'this kernel or compiler is newer than this fentryctl; update fentryctl',
    });
  }
  return fixed + (memberBytes[kind] ?? 0) * memberCount;
}

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

/** Words from one type to the next, by kind: a fixed part, and so many for each member. No type is followed by a kind that is unknown. */
const steps = Uint32Array.from({ length: 32 }, (_, kind) =>
  kind === 0 || kind >= fixedBytes.length ? 2 ** 31 : (typeLength + (fixedBytes[kind] ?? 0)) / 4,
);
const memberSteps = Uint32Array.from({ length: 32 }, (_, kind) => (memberBytes[kind] ?? 0) / 4);

/**
 * A hundred thousand types in a kernel, in every command: half of the time passes before this loop is compiled, so it is the only
 * one that goes through all of them, and calls nothing.
 */
function findTypes(words: Uint32Array, from: number, to: number): Types {
  const most = Math.floor((to - from) / typeLength);
  const starts = new Uint32Array(most);
  const kinds = new Uint8Array(most);
  const names = new Uint32Array(most);
  const last = (to - typeLength) / 4;
  let count = 0;
  let at = from / 4;
  while (at <= last) {
    const info = words[at + 1] ?? 0;
    const kind = (info >>> 24) & 0x1f;
    starts[count] = at;
    kinds[count] = kind;
    names[count] = words[at] ?? 0;
    count += 1;
    at += (steps[kind] ?? 0) + (memberSteps[kind] ?? 0) * (info & 0xffff);
  }
  if (at !== to / 4) throw whyNotAtEnd(kinds[count - 1]);
  return {
    starts: starts.subarray(0, count),
    kinds: kinds.subarray(0, count),
    names: names.subarray(0, count),
  };
}

function whyNotAtEnd(kind: number | undefined): Error {
  if (kind !== undefined) extraOf(kind, 0); // throws for one that is unknown
  return malformed('a type reaches past the end');
}

function malformed(why: string): EbpfError {
  return new EbpfError('InvalidBtf', `cannot read BTF: ${why}`);
}
