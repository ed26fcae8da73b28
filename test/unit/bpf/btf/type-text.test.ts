import { expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { typeSize } from '../../../../src/bpf/btf/type-size.ts';
import { typeText } from '../../../../src/bpf/btf/type-text.ts';
import type { Type } from './encode-btf.ts';
import { char, encodeBtf, int } from './encode-btf.ts';

type Types = readonly Partial<Type>[];

test.each<readonly [text: string, size: number, types: Types]>([
  ['unsigned int', 4, [int('unsigned int', 4)]],
  ['char *', 8, [pointer(2), char()]],
  ['char **', 8, [pointer(2), pointer(3), char()]],
  ['void *', 8, [pointer(0)]],
  ['const char *', 8, [pointer(2), { kind: 'const', value: 3 }, char()]],
  ['char *const', 8, [{ kind: 'const', value: 2 }, pointer(3), char()]],
  ['char *const *', 8, [pointer(2), { kind: 'const', value: 3 }, pointer(4), char()]],
  ['char[16]', 16, [array(2, 16), char()]],
  ['char[2][16]', 32, [array(2, 2), array(3, 16), char()]],
  ['char *[4]', 32, [array(2, 4), pointer(3), char()]],
  ['char (*)[4]', 8, [pointer(2), array(3, 4), char()]],
  ['const char (*)[4]', 8, [pointer(2), { kind: 'const', value: 3 }, array(4, 4), char()]],
  ['const char[4]', 4, [{ kind: 'const', value: 2 }, array(3, 4), char()]],
  ['struct key', 12, [{ kind: 'struct', name: 'key', value: 12 }]],
  ['struct {…}', 12, [{ kind: 'struct', value: 12 }]],
  ['union u', 8, [{ kind: 'union', name: 'u', value: 8 }]],
  ['struct hidden', 0, [{ kind: 'forward', name: 'hidden' }]],
  ['union hidden', 0, [{ kind: 'forward', name: 'hidden', flag: true }]],
  ['enum e', 4, [{ kind: 'enum', name: 'e', value: 4 }]],
  ['enum e', 8, [{ kind: 'enum64', name: 'e', value: 8 }]],
  ['u8', 1, [{ kind: 'typedef', name: 'u8', value: 2 }, char()]],
  ['const char', 1, [{ kind: 'const', value: 2 }, char()]],
  ['const volatile char', 1, [{ kind: 'const', value: 2 }, { kind: 'volatile', value: 3 }, char()]],
  ['char', 1, [{ kind: 'restrict', value: 2 }, char()]],
  ['char', 1, [{ kind: 'typeTag', name: 'user', value: 2 }, char()]],
  ['double', 8, [{ kind: 'float', name: 'double', value: 8 }]],
  ['void (void)', 0, [{ kind: 'prototype' }]],
  ['char (void *)', 0, [prototype(2, ['', 3]), char(), pointer(0)]],
  ['char (*)(char c, ...)', 8, [pointer(2), prototype(3, ['c', 3], ['', 0]), char()]],
  [
    'char (*(*)(void))(char)',
    8,
    [pointer(2), prototype(3), pointer(4), prototype(5, ['', 5]), char()],
  ],
  ['char (*[3])(void)', 24, [array(2, 3), pointer(3), prototype(4), char()]],
  ['?', 0, [{ kind: 'restrict', value: 9 }]],
])('%s, %i bytes', (text, size, types) => {
  const btf = new Btf(encodeBtf(types));

  expect(typeText(btf, 1)).toBe(text);
  expect(typeSize(btf, 1)).toBe(size);
});

test.each<readonly [text: string, types: Types]>([
  ['void f(void)', [fn('f'), prototype(0)]],
  ['char f(char a, char *b)', [fn('f'), prototype(3, ['a', 3], ['b', 4]), char(), pointer(3)]],
  [
    'char f(const char *format, ...)',
    [
      fn('f'),
      prototype(3, ['format', 5], ['', 0]),
      char(),
      { kind: 'const', value: 3 },
      pointer(4),
    ],
  ],
  [
    'char *f(char *const a)',
    [fn('f'), prototype(4, ['a', 5]), char(), pointer(3), { kind: 'const', value: 4 }],
  ],
  [
    'char f(char (*get)(void *), char (*row)[8])',
    [
      fn('f'),
      prototype(3, ['get', 4], ['row', 7]),
      char(),
      pointer(5),
      prototype(3, ['', 6]),
      pointer(0),
      pointer(8),
      array(3, 8),
    ],
  ],
  ['char (*f(char))(void)', [fn('f'), prototype(4, ['', 3]), char(), pointer(5), prototype(3)]],
])('a function: %s', (text, types) => {
  const btf = new Btf(encodeBtf(types));

  expect([btf.prototype('f'), btf.prototype(1)]).toEqual([text, text]);
});

test('nothing, and what is not there', () => {
  const btf = new Btf(encodeBtf([]));

  expect([typeText(btf, 0), typeText(btf, 1), typeSize(btf, 0)]).toEqual(['void', '?', 0]);
});

test.each<readonly [name: string, types: Types]>([
  ['of typedefs', [{ kind: 'restrict', value: 1 }]],
  ['of pointers', [pointer(1)]],
  ['of arrays', [array(1, 2 ** 32 - 1)]],
  ['of functions', [prototype(1, ...Array.from({ length: 500 }, () => ['x', 1] as const))]],
])('a loop %s ends', (_, types) => {
  const btf = new Btf(encodeBtf(types));

  expect(typeText(btf, 1)).toContain('?');
  expect(typeText(btf, 1).length).toBeLessThan(20_000);
});

function pointer(to: number): Partial<Type> {
  return { kind: 'pointer', value: to };
}

function array(of: number, count: number): Partial<Type> {
  return { kind: 'array', words: [of, of, count] };
}

function fn(name: string): Partial<Type> {
  return { kind: 'function', name, value: 2 };
}

function prototype(
  returns = 0,
  ...parameters: readonly (readonly [name: string, type: number])[]
): Partial<Type> {
  return {
    kind: 'prototype',
    value: returns,
    members: parameters.length,
    words: parameters.flat(),
  };
}
