import { didYouMean } from '../../base/suggest.ts';
import { boundsOf, writeBits } from './bits.ts';
import { listOf } from './invalid-value.ts';
import type { EnumLayout, FloatLayout, IntegerLayout, Slot } from './layout.ts';
import type { Target } from './target.ts';
import { refuse } from './target.ts';

/** Writes a number or bigint that the type can hold. */
export function encodeInteger(
  target: Target,
  slot: Slot,
  layout: IntegerLayout,
  value: unknown,
): void {
  const bits = slot.bitfield ?? layout.bits;
  const [min, max] = boundsOf(bits, layout.isSigned);
  const whole = wholeNumber(value);
  if (whole === undefined || whole < min || whole > max) {
    const expected = `a whole number from ${min} to ${max}`;
    throw refuse(target, { text: layout.text, expected, value, hint: hintFor(value) });
  }
  writeWhole(target, slot.bitOffset + layout.shift, bits, whole);
}

/** Writes `true` or `false`; numbers are refused, since 2 would be neither. */
export function encodeBoolean(target: Target, { layout, ...slot }: Slot, value: unknown): void {
  if (typeof value !== 'boolean') {
    throw refuse(target, { text: layout.text, expected: 'true or false', value });
  }
  writeBits(target.bytes, slot.bitOffset, slot.bitfield ?? layout.size * 8, value ? 1n : 0n);
}

/** Writes one of an enum's names, or any number that its size can hold: flags are often put together from several. */
export function encodeEnum(target: Target, slot: Slot, layout: EnumLayout, value: unknown): void {
  const bits = slot.bitfield ?? layout.size * 8;
  const [min, max] = boundsOf(bits, layout.isSigned);
  const whole = typeof value === 'string' ? layout.values.get(value) : wholeNumber(value);
  if (whole === undefined || whole < min || whole > max) {
    const expected = `a name of its values or a whole number from ${min} to ${max}`;
    const hint = typeof value === 'string' ? namesHint(layout, value) : hintFor(value);
    throw refuse(target, { text: layout.text, expected, value, hint });
  }
  writeWhole(target, slot.bitOffset, bits, whole);
}

/** Writes a number; a `float` takes the nearest that it can hold, and none beyond its largest. */
export function encodeFloat(target: Target, at: number, layout: FloatLayout, value: unknown): void {
  const { text, size } = layout;
  if (typeof value !== 'number') throw refuse(target, { text, expected: 'a number', value });
  if (size === 8) return target.view.setFloat64(at, value, true);
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    throw refuse(target, { text, expected: 'a number that fits into 4 bytes', value });
  }
  target.view.setFloat32(at, value, true);
}

function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function hintFor(value: unknown): string | undefined {
  const isUnsafe = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isUnsafe ? 'beyond 2^53 a number is not exact: give a bigint' : undefined;
}

function namesHint({ values }: EnumLayout, name: string): string | undefined {
  return didYouMean(name, values.keys()) ?? listOf(values.keys(), 'its values are');
}

/** The usual widths have instructions of their own; the others, and bitfields, are put together. */
function writeWhole(target: Target, bitOffset: number, bits: number, value: bigint): void {
  const at = bitOffset / 8;
  if (bits === 32 && Number.isInteger(at)) target.view.setInt32(at, Number(value), true);
  else if (bits === 64 && Number.isInteger(at)) target.view.setBigInt64(at, value, true);
  else writeBits(target.bytes, bitOffset, bits, value);
}
