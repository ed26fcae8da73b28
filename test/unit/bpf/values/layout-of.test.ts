import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../../src/base/errors.ts';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { decodeValue } from '../../../../src/bpf/values/decode-value.ts';
import { encodeValue } from '../../../../src/bpf/values/encode-value.ts';
import { btfOf } from '../object-btf.ts';
import type { Type } from '../btf/encode-btf.ts';
import { char, encodeBtf, int } from '../btf/encode-btf.ts';

const u64 = new Btf(encodeBtf([int('__u64', 8)]));

test.each<readonly [message: string, types: readonly Partial<Type>[]]>([
  ['"type 1" has no plain value', []],
  [
    '"long double" has no plain value: floating point of 16 bytes',
    [{ kind: 'float', name: 'long double', value: 16 }],
  ],
  ['"struct hidden" has no plain value', [{ kind: 'forward', name: 'hidden' }]],
  ['"void (void)" has no plain value', [{ kind: 'prototype' }]],
  ['"void" has no plain value', [{ kind: 'const', value: 0 }]],
  ['"type 1" has no plain value: it holds itself', [{ kind: 'const', value: 1 }]],
  [
    '"s" has no plain value: it holds itself',
    [{ kind: 'struct', name: 's', value: 8, members: 1, words: ['s', 1, 0] }],
  ],
  ['"type 1" has no plain value: it holds itself', [{ kind: 'array', words: [1, 1, 2] }]],
  [
    '"int" has no plain value: an int of 33 bits in 4 bytes',
    [{ kind: 'int', name: 'int', value: 4, words: [33] }],
  ],
  [
    '"int" has no plain value: an int of 8 bits in 0 bytes',
    [{ kind: 'int', name: 'int', value: 0, words: [8] }],
  ],
  [
    '"int" has no plain value: an int of 255 bits in 17 bytes',
    [{ kind: 'int', name: 'int', value: 17, words: [255] }],
  ],
  ['"enum e" has no plain value: an enum of 3 bytes', [{ kind: 'enum', name: 'e', value: 3 }]],
  [
    '"char[4294967295]" has no plain value: it is too large',
    [{ kind: 'array', words: [2, 2, 4294967295] }, char()],
  ],
  [
    '"struct s" has no plain value: it is too large',
    [{ kind: 'struct', name: 's', value: 4294967295 }],
  ],
  [
    '"struct s" has no plain value: "a" reaches past its end',
    [{ kind: 'struct', name: 's', value: 3, members: 1, words: ['a', 2, 0] }, int('int', 4)],
  ],
  [
    '"struct s" has no plain value: "a" reaches past its end',
    [
      {
        kind: 'struct',
        name: 's',
        value: 4,
        flag: true,
        members: 1,
        words: ['a', 2, (3 << 24) | 30],
      },
      int('int', 4),
    ],
  ],
  [
    '"struct s" has no plain value: "a" reaches past its end',
    [{ kind: 'struct', name: 's', value: 8, members: 1, words: ['a', 2, 3] }, int('int', 4)],
  ],
])('no type for values: %s', (message, types) => {
  const malformed = new Btf(encodeBtf(types));

  for (const act of [
    () => encodeValue(malformed, 1, 0),
    () => decodeValue(malformed, 1, new Uint8Array(64)),
  ]) {
    expect(act).toThrow(expect.objectContaining({ code: 'InvalidValue', message }));
  }
});

test('nests of empty structs, each many times in the next, are refused at once', () => {
  const members = (id: number): (string | number)[] =>
    Array.from({ length: 60_000 }, () => ['', id, 0] as const).flat();
  const nest: readonly Partial<Type>[] = [
    { kind: 'struct', members: 60_000, words: members(2) },
    { kind: 'struct', members: 60_000, words: members(3) },
    { kind: 'struct', name: 'empty' },
  ];

  expect(() => decodeValue(new Btf(encodeBtf(nest)), 1, new Uint8Array())).toThrow(
    'it is too large',
  );
});

test('fewer bytes than the type takes', () => {
  expect(() => decodeValue(u64, 1, new Uint8Array(7))).toThrow(
    'a value of "__u64" takes 8 bytes, not 7',
  );
});

test('more bytes than the type takes, and bytes that start anywhere', () => {
  const bytes = Uint8Array.of(9, 9, 9, 1, 2, 0, 0, 0, 0, 0, 0, 9).subarray(3);

  expect(decodeValue(u64, 1, bytes)).toBe(0x201n);
});

test('a member of any name is a member like others', () => {
  const types = [
    { kind: 'struct', value: 8, members: 2, words: ['__proto__', 2, 0, 'constructor', 2, 32] },
    int('int', 4),
  ] as const;
  const odd = new Btf(encodeBtf(types));
  const value = decodeValue(odd, 1, Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0));

  expect(Object.entries(value)).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
  expect([...encodeValue(odd, 1, value)]).toEqual([1, 0, 0, 0, 2, 0, 0, 0]);
});

test('bitfields as older compilers describe them, by an int of fewer bits', () => {
  const types = [
    { kind: 'struct', value: 4, members: 2, words: ['low', 2, 0, 'high', 3, 3] },
    { kind: 'int', name: 'unsigned int', value: 4, words: [3] },
    { kind: 'int', name: 'int', value: 4, words: [(1 << 24) | (1 << 16) | 5] },
  ] as const;
  const old = new Btf(encodeBtf(types));
  const value = { low: 5, high: -3 };

  expect([...encodeValue(old, 1, value)]).toEqual([0b1101_0101, 0b1, 0, 0]);
  expect(decodeValue(old, 1, encodeValue(old, 1, value))).toEqual(value);
});

test('any change to the types of an object gives values, or refuses to', () => {
  const whole = btfOf('values');
  const words = whole.readUInt32LE(12) / 4;
  const change = fc.oneof(fc.nat(140), fc.integer({ min: 0, max: 0xffffffff }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(words - 1), change), { maxLength: 4 }), (changes) => {
      const data = Buffer.from(whole);
      for (const [word, value] of changes) data.writeUInt32LE(value, 24 + word * 4);

      expect(settles(() => useAll(new Btf(data)))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

function useAll(btf: Btf): void {
  for (let id = 0; id <= btf.length; id += 1) {
    for (const act of [
      () => decodeValue(btf, id, new Uint8Array(256)),
      () => encodeValue(btf, id, {}),
      () => btf.prototype(id),
    ]) {
      if (!settles(act)) throw new Error(`type ${id}: not an AppError`);
    }
  }
}

function settles(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    return error instanceof AppError;
  }
}
