import type { BtfTypes } from '../btf/btf-type.ts';
import { encodeBytes, encodeList } from './encode-array.ts';
import { encodeMembers } from './encode-members.ts';
import { encodeBoolean, encodeEnum, encodeFloat, encodeInteger } from './encode-scalar.ts';
import type { Layout, Slot } from './layout.ts';
import { layoutOf } from './layout-of.ts';
import type { Target, ValueFailure } from './target.ts';
import { note } from './target.ts';
import type { Value } from './value.ts';

/**
 * The bytes of a plain value (see `Value`) by its BTF type, little endian, exactly as many as the type takes.
 *
 * Integers may be numbers or bigints, enums names or numbers. Members that a struct does not have are zero; a union
 * has exactly one, one without a name at most one; a list has all elements. A string for `char[]`, or for an array of
 * unsigned bytes, is UTF-8 and ends with a NUL unless it takes all bytes; a `Uint8Array` has as many bytes as the array.
 * `name` is what messages call the value.
 *
 * Throws an `EbpfError` `InvalidValue` for everything else, with the path to what is wrong and its C type, and for a
 * type that has no plain value (see `layoutOf`).
 */
export function encodeValue(
  types: BtfTypes,
  typeId: number,
  value: Value,
  name = 'value',
): Uint8Array {
  const layout = layoutOf(types, typeId);
  const target = targetFor(layout, name);
  write(target, { layout, bitOffset: 0 }, value);
  return target.bytes;
}

/** All that keeps a value from being one of that type; nothing when `encodeValue` takes it. Throws for a type that has no plain value. */
export function failuresOf(
  types: BtfTypes,
  typeId: number,
  value: unknown,
  name: string,
): readonly ValueFailure[] {
  const layout = layoutOf(types, typeId);
  const failures: ValueFailure[] = [];
  const target = { ...targetFor(layout, name), failures };
  try {
    write(target, { layout, bitOffset: 0 }, value);
  } catch (error) {
    note(target, 'value', error);
  }
  return failures;
}

function targetFor({ size }: Layout, name: string): Target {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer), path: [name], write };
}

function write(target: Target, slot: Slot, value: unknown): void {
  const { layout, bitOffset } = slot;
  switch (layout.kind) {
    case 'integer':
      return encodeInteger(target, slot, layout, value);
    case 'boolean':
      return encodeBoolean(target, slot, value);
    case 'enum':
      return encodeEnum(target, slot, layout, value);
    case 'float':
      return encodeFloat(target, bitOffset / 8, layout, value);
    case 'text':
    case 'bytes':
      return encodeBytes(target, bitOffset / 8, layout, value);
    case 'list':
      return encodeList(target, bitOffset, layout, value);
    case 'struct':
    case 'union':
      return encodeMembers(target, bitOffset, layout, value);
  }
}
