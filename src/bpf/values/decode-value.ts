import type { BtfTypes } from '../btf/btf-type.ts';
import { EbpfError } from '../ebpf-error.ts';
import { readBits } from './bits.ts';
import type { EnumLayout, IntegerLayout, ListLayout, Slot, StructLayout } from './layout.ts';
import { hasMembers } from './layout.ts';
import { layoutOf } from './layout-of.ts';
import type { Value } from './value.ts';

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * The plain value (see `Value`) of little-endian bytes by their BTF type; nothing of the bytes is shared. More bytes
 * than the type takes are ignored: the kernel rounds sizes up. Throws an `EbpfError` `InvalidValue` for fewer bytes, and
 * for a type that has no plain value.
 */
export function decodeValue(types: BtfTypes, typeId: number, bytes: Uint8Array): Value {
  const layout = layoutOf(types, typeId);
  if (bytes.length < layout.size) {
    const message = `a value of "${layout.text}" takes ${layout.size} bytes, not ${bytes.length}`;
    throw new EbpfError('InvalidValue', message);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return read({ bytes, view }, { layout, bitOffset: 0 });
}

function read(source: Source, slot: Slot): Value {
  const { layout, bitOffset } = slot;
  const at = bitOffset / 8;
  switch (layout.kind) {
    case 'integer':
      return readInteger(source, slot, layout);
    case 'boolean':
      return readBits(source.bytes, bitOffset, slot.bitfield ?? layout.size * 8) !== 0n;
    case 'enum':
      return readEnum(source, slot, layout);
    case 'float':
      return layout.size === 4
        ? source.view.getFloat32(at, true)
        : source.view.getFloat64(at, true);
    case 'text':
      return readText(source.bytes.subarray(at, at + layout.size));
    case 'bytes':
      return Uint8Array.from(source.bytes.subarray(at, at + layout.size));
    case 'list':
      return readList(source, bitOffset, layout);
    case 'struct':
    case 'union':
      return Object.fromEntries(entriesOf(source, bitOffset, layout));
  }
}

function readInteger(source: Source, slot: Slot, layout: IntegerLayout): number | bigint {
  const bits = slot.bitfield ?? layout.bits;
  const value = readWhole(source, slot.bitOffset + layout.shift, bits, layout.isSigned);
  return bits > 32 || layout.isPointer ? BigInt(value) : Number(value);
}

function readEnum(source: Source, slot: Slot, layout: EnumLayout): string | number | bigint {
  const bits = slot.bitfield ?? layout.size * 8;
  const value = readWhole(source, slot.bitOffset, bits, layout.isSigned);
  return layout.names.get(BigInt(value)) ?? (bits > 32 ? BigInt(value) : Number(value));
}

/** The usual widths have instructions of their own; the others, and bitfields, are put together. */
function readWhole(
  { bytes, view }: Source,
  bitOffset: number,
  bits: number,
  isSigned: boolean,
): number | bigint {
  const at = bitOffset % 8 === 0 ? bitOffset / 8 : undefined;
  if (at !== undefined && bits === 8) return isSigned ? view.getInt8(at) : view.getUint8(at);
  if (at !== undefined && bits === 16)
    return isSigned ? view.getInt16(at, true) : view.getUint16(at, true);
  if (at !== undefined && bits === 32)
    return isSigned ? view.getInt32(at, true) : view.getUint32(at, true);
  if (at !== undefined && bits === 64)
    return isSigned ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
  const value = readBits(bytes, bitOffset, bits);
  return isSigned ? BigInt.asIntN(bits, value) : value;
}

function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end === -1 ? bytes.length : end).toString();
}

function readList(source: Source, bitOffset: number, layout: ListLayout): Value {
  const { element, count } = layout;
  return Array.from({ length: count }, (_, index) =>
    read(source, { layout: element, bitOffset: bitOffset + index * element.size * 8 }),
  );
}

/** Members without a name give theirs to what they are in, as in C. */
function* entriesOf(
  source: Source,
  bitOffset: number,
  layout: StructLayout,
): Generator<readonly [string, Value]> {
  for (const member of layout.members) {
    const slot = { ...member, bitOffset: bitOffset + member.bitOffset };
    if (member.name === '' && hasMembers(member.layout)) {
      yield* entriesOf(source, slot.bitOffset, member.layout);
    } else {
      yield [member.name, read(source, slot)];
    }
  }
}
