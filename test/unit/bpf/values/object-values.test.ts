import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { elfSection } from '../../../../src/bpf/btf/elf-section.ts';
import type { Global } from '../../../../src/bpf/btf/globals.ts';
import { globalsOf } from '../../../../src/bpf/btf/globals.ts';
import { decodeValue } from '../../../../src/bpf/values/decode-value.ts';
import { encodeValue } from '../../../../src/bpf/values/encode-value.ts';
import type { Value } from '../../../../src/bpf/values/value.ts';
import { btfOf, objectPath } from '../object-btf.ts';

const btf = new Btf(btfOf('values'));
const file = readFileSync(objectPath('values'));

/** The variables' values as their C source has them, which is what encodes to the compiler's own bytes. */
const values: Readonly<Record<string, Value>> = {
  u8: 200,
  s8: -100,
  u16: 60000,
  s16: -30000,
  u32: 4000000000,
  s32: -2000000000,
  u64: 0xfedcba9876543210n,
  s64: -5000000000n,
  u128: 2n ** 100n + 5n,
  s128: -7n,
  yes: true,
  letter: 120,
  mode: 'AUTO',
  change: 'DOWN',
  single: 1.5,
  real: -0.1,
  prefix: '/etc',
  mac: Uint8Array.of(1, 2, 3, 0xfd, 0xfe, 0xff),
  watched_uid: 1000,
  limits: [
    { uid: 1, mode: 'ON', name: 'one' },
    { uid: 2, mode: 'AUTO', name: 'two' },
    { uid: 0, mode: 'OFF', name: '' },
  ],
  ports: [22, 80, 443, 8080],
  grid: [
    [1, 2, 3],
    [-1, -2, -3],
  ],
  names: ['ab', 'cdef'],
  flags: {
    one: 1,
    five: 21,
    seven: -33,
    yes: true,
    mode: 'AUTO',
    forty: 0xfedcba9876n,
    big: -1234567890123n,
  },
  hidden: 77,
  after_hidden: 78n,
};

test.each(Object.entries(values))('%s is what the source says, both ways', (name, value) => {
  const { typeId } = globalOf(name);
  const bytes = bytesOf(name);

  expect(decodeValue(btf, typeId, bytes)).toEqual(value);
  expect(encodeValue(btf, typeId, value)).toEqual(bytes);
});

describe('a union', () => {
  test('gives all its members, and is made of any one', () => {
    const { typeId } = globalOf('number');
    const bytes = bytesOf('number');

    expect(decodeValue(btf, typeId, bytes)).toEqual({
      word: 0x3fc00000,
      bytes: Uint8Array.of(0, 0, 0xc0, 0x3f),
      real: 1.5,
    });
    expect(encodeValue(btf, typeId, { word: 0x3fc00000 })).toEqual(bytes);
    expect(encodeValue(btf, typeId, { bytes: [0, 0, 0xc0, 0x3f] })).toEqual(bytes);
    expect(encodeValue(btf, typeId, { real: 1.5 })).toEqual(bytes);
  });

  test('without a name gives its members to the struct around it', () => {
    const { typeId } = globalOf('nested');
    const bytes = bytesOf('nested');
    const first = { uid: 5, mode: 'ON', name: 'five' };
    const others = { first, low: 6, high: 7, inner: { deep: -8n } };
    const all = { ...others, word: 0x04030201, a: 1, b: 2, c: 3, d: 4 };

    expect(decodeValue(btf, typeId, bytes)).toEqual(all);
    expect(encodeValue(btf, typeId, { ...others, word: 0x04030201 })).toEqual(bytes);
    expect(encodeValue(btf, typeId, { ...others, a: 1, b: 2, c: 3, d: 4 })).toEqual(bytes);
  });
});

test('an enum that needs 64 bits has its names only where BTF holds them', () => {
  const { typeId } = globalOf('wide');
  const hasNames = btf.find('wide', 'enum64').length > 0;
  const value = hasNames ? 'WIDE' : 0x100000002n;

  expect(decodeValue(btf, typeId, bytesOf('wide'))).toBe(value);
  expect(encodeValue(btf, typeId, value)).toEqual(bytesOf('wide'));
});

test('what is left out is zero', () => {
  expect(encodeValue(btf, globalOf('empty').typeId, {})).toEqual(new Uint8Array(16));
  expect(encodeValue(btf, globalOf('pointer').typeId, 0)).toEqual(new Uint8Array(8));
  expect(decodeValue(btf, globalOf('pointer').typeId, new Uint8Array(8).fill(255))).toBe(
    2n ** 64n - 1n,
  );
});

test('numbers where the plain value is a bigint or a name, and text in bytes', () => {
  const encode = (name: string, value: Value): readonly number[] => [
    ...encodeValue(btf, globalOf(name).typeId, value),
  ];

  expect(encode('after_hidden', 78)).toEqual([78, 0, 0, 0, 0, 0, 0, 0]);
  expect(encode('u8', 7n)).toEqual([7]);
  expect(encode('mode', 3)).toEqual([3, 0, 0, 0]);
  expect(encode('mac', 'abc')).toEqual([97, 98, 99, 0, 0, 0]);
  expect(encode('mac', [1, 2, 3, 4, 5, 6n])).toEqual([1, 2, 3, 4, 5, 6]);
  expect(encode('prefix', new Uint8Array(16).fill(1))).toEqual(Array(16).fill(1));
});

function globalOf(name: string): Global {
  const global = globalsOf(btf).find((candidate) => candidate.name === name);
  if (global === undefined) throw new Error(`values.bpf.c has no "${name}"`);
  return global;
}

function bytesOf(name: string): Uint8Array {
  const { section, offset, size } = globalOf(name);
  const bytes = elfSection(file, section) ?? Buffer.alloc(0);
  return Uint8Array.from(bytes.subarray(offset, offset + size));
}
