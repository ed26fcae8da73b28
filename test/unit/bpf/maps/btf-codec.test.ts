import { describe, expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import {
  btfCodec,
  indexCodec,
  mapCodec,
  sectionCodec,
} from '../../../../src/bpf/maps/btf-codec.ts';
import { encodeBtf, int } from '../btf/encode-btf.ts';

// 1: an unsigned int, 2: a long one, 3: a struct that is only declared
const types = new Btf(
  encodeBtf([int('__u32', 4), int('__u64', 8), { kind: 'forward', name: 'hidden' }]),
);

const one = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

test('a type says what a value is', () => {
  const codec = mapCodec(types, 2, 8);

  expect(codec.size).toBe(8);
  expect(codec.encode(1n)).toEqual(one);
  expect(codec.decode(one)).toBe(1n);
});

test.each([
  ['no type', 0, one],
  ['a type without plain values', 3, one],
  ['a type that is not there', 9, one],
  ['a type of another size', 1, one],
])('%s: bytes', (_, typeId, bytes) => {
  const codec = mapCodec(types, typeId, 8);

  expect(codec.size).toBe(8);
  expect(codec.decode(bytes)).toEqual(bytes);
});

test('asked for by itself, a type without plain values is refused', () => {
  expect(() => btfCodec(types, 3)).toThrow(expect.objectContaining({ code: 'InvalidValue' }));
});

test.each([-1, 0.5, 2 ** 32, 0n, 'count', undefined])('a data section has no key %s', (key) => {
  const encode = () => indexCodec.encode(key as number); // what JavaScript lets pass

  expect(encode).toThrow(expect.objectContaining({ code: 'InvalidValue' }));
});

describe('a data section', () => {
  const place = { section: '.bss', size: 8, typeId: 2 };
  const globals = [
    { name: 'first', offset: 0, ...place },
    { name: 'second', offset: 8, ...place },
  ];
  const codec = sectionCodec(types, globals, 16);

  test('has its variables by name, those that are not given as zero', () => {
    expect(codec.decode(codec.encode({ second: 1n }))).toEqual({ first: 0n, second: 1n });
  });

  test.each([
    ['a name that it does not have', { secnd: 1n }],
    ['a number', 5],
    ['a list', [1n, 2n]],
  ])('refuses %s, which would set all to zero', (_, value) => {
    const encode = () => codec.encode(value as Record<string, bigint>); // as above

    expect(encode).toThrow(expect.objectContaining({ code: 'InvalidValue' }));
  });
});
