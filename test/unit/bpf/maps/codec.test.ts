import { expect, test } from 'vitest';
import type { Codec } from '../../../../src/bpf/maps/codec.ts';
import { bytesCodec, encodeExactly } from '../../../../src/bpf/maps/codec.ts';
import type { Value } from '../../../../src/bpf/values/value.ts';

const three: Codec = bytesCodec(3);

test('bytes are what they are', () => {
  expect(three.size).toBe(3);
  expect(three.encode(Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  expect(three.decode(Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(1, 2, 3));
});

test.each([
  ['a Uint8Array', Uint8Array.of(1, 2, 3)],
  ['a Buffer', Buffer.from([1, 2, 3])],
])('decoded bytes are a copy: %s', (_, bytes) => {
  const decoded = three.decode(bytes);
  bytes.fill(9);

  expect(decoded).toEqual(Uint8Array.of(1, 2, 3));
});

test.each<[what: string, value: Value, message: string]>([
  ['too few', Uint8Array.of(1, 2), 'expected 3 bytes, got 2'],
  ['too many', new Uint8Array(4), 'expected 3 bytes, got 4'],
  ['a number', 3, 'expected 3 bytes, got something else'],
  ['a list', [1, 2, 3], 'expected 3 bytes, got something else'],
])('%s are refused', (_, value, message) => {
  expect(() => three.encode(value)).toThrow(
    expect.objectContaining({ code: 'InvalidValue', message }),
  );
});

test('a codec that gives another number of bytes than it promised is a bug', () => {
  const liar: Codec = { ...three, encode: () => new Uint8Array(2) };

  expect(() => encodeExactly(liar, 0)).toThrow('a codec of 3 bytes gave 2');
  expect(encodeExactly(three, new Uint8Array(3))).toEqual(new Uint8Array(3));
});
