import { expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { globalsOf } from '../../../../src/bpf/btf/globals.ts';
import { encodeValue } from '../../../../src/bpf/values/encode-value.ts';
import type { Value } from '../../../../src/bpf/values/value.ts';
import { btfOf } from '../object-btf.ts';

const btf = new Btf(btfOf('values'));
const typeIds = new Map(globalsOf(btf).map(({ name, typeId }) => [name, typeId]));
const nothing: unknown = undefined;
const limit = { uid: 1 };

const refused: readonly (readonly [
  name: string,
  value: unknown,
  message: string,
  hint?: string,
])[] = [
  ['u8', 256, '"u8" (__u8) must be a whole number from 0 to 255, not 256'],
  ['u8', -1, '"u8" (__u8) must be a whole number from 0 to 255, not -1'],
  ['u8', 1.5, '"u8" (__u8) must be a whole number from 0 to 255, not 1.5'],
  ['u8', Number.NaN, '"u8" (__u8) must be a whole number from 0 to 255, not NaN'],
  ['u8', '1', '"u8" (__u8) must be a whole number from 0 to 255, not "1"'],
  ['u8', true, '"u8" (__u8) must be a whole number from 0 to 255, not true'],
  ['u8', nothing, '"u8" (__u8) must be a whole number from 0 to 255, not undefined'],
  ['u8', null, '"u8" (__u8) must be a whole number from 0 to 255, not null'],
  ['s8', -129, '"s8" (__s8) must be a whole number from -128 to 127, not -129'],
  [
    's64',
    2n ** 63n,
    '"s64" (__s64) must be a whole number from -9223372036854775808 to 9223372036854775807, not 9223372036854775808',
  ],
  [
    'u64',
    2 ** 53,
    '"u64" (__u64) must be a whole number from 0 to 18446744073709551615, not 9007199254740992',
    'beyond 2^53 a number is not exact: give a bigint',
  ],
  [
    'pointer',
    -1,
    '"pointer" (limit_pointer) must be a whole number from 0 to 18446744073709551615, not -1',
  ],
  ['yes', 1, '"yes" (_Bool) must be true or false, not 1'],
  [
    'mode',
    'ONN',
    '"mode" (enum mode) must be a name of its values or a whole number from 0 to 4294967295, not "ONN"',
    'did you mean "ON"?',
  ],
  [
    'mode',
    'sometimes',
    '"mode" (enum mode) must be a name of its values or a whole number from 0 to 4294967295, not "sometimes"',
    'its values are "OFF", "ON", "AUTO"',
  ],
  [
    'mode',
    'constructor',
    '"mode" (enum mode) must be a name of its values or a whole number from 0 to 4294967295, not "constructor"',
    'its values are "OFF", "ON", "AUTO"',
  ],
  [
    'mode',
    false,
    '"mode" (enum mode) must be a name of its values or a whole number from 0 to 4294967295, not false',
  ],
  ['real', 1n, '"real" (double) must be a number, not 1'],
  ['single', 1e39, '"single" (float) must be a number that fits into 4 bytes, not 1e+39'],
  [
    'prefix',
    'x'.repeat(17),
    '"prefix" (char[16]) must be a string of at most 16 bytes, not "xxxxxxxxxxxxxxxxx"',
    'it has 17 in UTF-8',
  ],
  [
    'prefix',
    'é'.repeat(9),
    '"prefix" (char[16]) must be a string of at most 16 bytes, not "ééééééééé"',
    'it has 18 in UTF-8',
  ],
  ['prefix', 'a\0b', '"prefix" (char[16]) must be a string without NUL, not "a\\u0000b"'],
  ['prefix', '\ud800', '"prefix" (char[16]) must be a string of whole characters, not "\\ud800"'],
  [
    'prefix',
    5,
    '"prefix" (char[16]) must be a string of at most 16 bytes or a Uint8Array of 16, not 5',
  ],
  [
    'prefix',
    new Uint8Array(4),
    '"prefix" (char[16]) must be a string of at most 16 bytes or a Uint8Array of 16, not 4 bytes',
  ],
  ['mac', [1, 2, 3], '"mac" (unsigned char[6]) must be a list of 6, not a list of 3'],
  [
    'mac',
    [1, 2, 3, 4, 5, 256],
    '"mac[5]" (unsigned char) must be a whole number from 0 to 255, not 256',
  ],
  ['ports', [1, 2, 3], '"ports" (__u32[4]) must be a list of 4, not a list of 3'],
  ['ports', { 0: 1 }, '"ports" (__u32[4]) must be a list of 4, not an object'],
  [
    'grid',
    [
      [1, 2, 3],
      [1, 2, 99999],
    ],
    '"grid[1][2]" (__s16) must be a whole number from -32768 to 32767, not 99999',
  ],
  [
    'names',
    ['a', 'abcde'],
    '"names[1]" (char[4]) must be a string of at most 4 bytes, not "abcde"',
    'it has 5 in UTF-8',
  ],
  [
    'limits',
    [limit, limit, { uid: -1 }],
    '"limits[2].uid" (__u32) must be a whole number from 0 to 4294967295, not -1',
  ],
  [
    'limits',
    [limit, limit, { uidd: 1 }],
    '"limits[2].uidd" is no member of struct limit',
    'did you mean "uid"?',
  ],
  [
    'limits',
    [limit, limit, { uid: nothing }],
    '"limits[2].uid" (__u32) must be a whole number from 0 to 4294967295, not undefined',
  ],
  [
    'empty',
    { toString: 1 },
    '"empty.toString" is no member of struct limit',
    'its members are "uid", "mode", "name"',
  ],
  ['empty', [1], '"empty" (struct limit) must be an object by member, not a list of 1'],
  ['empty', null, '"empty" (struct limit) must be an object by member, not null'],
  ['flags', { five: 32 }, '"flags.five" (__u32) must be a whole number from 0 to 31, not 32'],
  ['flags', { seven: -65 }, '"flags.seven" (__s32) must be a whole number from -64 to 63, not -65'],
  [
    'flags',
    { mode: 16 },
    '"flags.mode" (enum mode) must be a name of its values or a whole number from 0 to 15, not 16',
  ],
  [
    'number',
    {},
    '"number" (union number) must have one member, not none',
    'its members are "word", "bytes", "real"',
  ],
  [
    'number',
    { word: 1, real: 1 },
    '"number" (union number) must have one member, not "word", "real"',
    'its members are "word", "bytes", "real"',
  ],
  [
    'nested',
    { word: 1, a: 1 },
    '"nested" (union {…}) must have one member, not "word", "a"',
    'its members are "word", "a", "b", "c", "d"',
  ],
  [
    'nested',
    { inner: { deeep: 1 } },
    '"nested.inner.deeep" is no member of struct {…}',
    'did you mean "deep"?',
  ],
];

test.each(refused.map(([name, value, message, hint]) => ({ name, value, message, hint })))(
  '$message',
  ({ name, value, message, hint }) => {
    const typeId = typeIds.get(name) ?? 0;
    const wrong = value as Value; // on purpose

    expect(() => encodeValue(btf, typeId, wrong, name)).toThrow(
      expect.objectContaining({ code: 'InvalidValue', message, hint }),
    );
  },
);
