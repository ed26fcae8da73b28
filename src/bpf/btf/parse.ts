import { endianness } from 'node:os';
import { UnsupportedError } from '../../base/errors.ts';
import { EbpfError } from '../ebpf-error.ts';

/** Bytes behind the 12 of every type, by kind: a fixed part, and so many for each member. */
const fixedBytes = Uint8Array.of(0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0);
const memberBytes = Uint8Array.of(0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12);

const magic = 0xeb9f;
const headerLength = 24;

/** Bytes that every type starts with: where its name is, kind and number of members, size or another type. */
export const typeLength = 12;

/** BTF in place: where each type starts, in bytes from the start of the data, and the bytes of its strings. */
export interface ParsedBtf {
  /** The data as 32-bit words. */
  readonly words: Uint32Array;
  readonly starts: Uint32Array;
  readonly strings: Buffer;
}

/**
 * Finds the types in BTF (Documentation/bpf/btf.rst) in one pass. Throws an `EbpfError` `InvalidBtf` for what is
 * none, and an `UnsupportedError` for what is newer than this code or on a big-endian machine.
 */
export function parseBtf(data: Buffer): ParsedBtf {
  if (endianness() !== 'LE')
    throw new UnsupportedError('big-endian machines are not supported yet');
  const header = readHeader(data);
  const words = wordsOf(data);
  return {
    words,
    starts: findTypes(words, header.types, header.types + header.typesLength),
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

/** Copies what does not start at a multiple of four, which a typed array must. */
function wordsOf(data: Buffer): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}

function malformed(why: string): EbpfError {
  return new EbpfError('InvalidBtf', `cannot read BTF: ${why}`);
}
