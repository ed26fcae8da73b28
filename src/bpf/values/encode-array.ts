import type { BytesLayout, ListLayout } from './layout.ts';
import type { Target } from './target.ts';
import { refuse, writePart } from './target.ts';

/** Writes text or bytes, or a list of each byte as a number. */
export function encodeBytes(target: Target, at: number, layout: BytesLayout, value: unknown): void {
  if (typeof value === 'string') return target.bytes.set(bytesOfText(target, layout, value), at);
  if (Array.isArray(value)) return encodeList(target, at * 8, layout, value);
  const { text, size } = layout;
  if (!(value instanceof Uint8Array) || value.length !== size) {
    const expected = `a string of at most ${size} bytes or a Uint8Array of ${size}`;
    throw refuse(target, { text, expected, value });
  }
  target.bytes.set(value, at);
}

/** Writes a list that has a value for each element. */
export function encodeList(
  target: Target,
  bitOffset: number,
  { text, element, count }: ListLayout | BytesLayout,
  value: unknown,
): void {
  if (!Array.isArray(value) || value.length !== count) {
    throw refuse(target, { text, expected: `a list of ${count}`, value });
  }
  for (let index = 0; index < count; index += 1) {
    const slot = { layout: element, bitOffset: bitOffset + index * element.size * 8 };
    writePart(target, index, slot, value[index]);
  }
}

/** Text that decodes to the same again: a NUL within would end it there, half a surrogate pair has no UTF-8. */
function bytesOfText(target: Target, { text, size }: BytesLayout, value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.includes(0)) throw refuse(target, { text, expected: 'a string without NUL', value });
  if (bytes.length > size) {
    const expected = `a string of at most ${size} bytes`;
    throw refuse(target, { text, expected, value, hint: `it has ${bytes.length} in UTF-8` });
  }
  if (bytes.toString() !== value) {
    throw refuse(target, { text, expected: 'a string of whole characters', value });
  }
  return bytes;
}
