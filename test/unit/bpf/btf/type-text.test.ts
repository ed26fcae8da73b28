import { expect, test } from 'vitest';
import { typeSize, typeText } from '../../../../src/bpf/btf/type-text.ts';
import type { BtfType } from '../../../../src/bpf/btf/btf.ts';
import { Btf, BtfKind } from '../../../../src/bpf/btf/btf.ts';

type Kind = keyof typeof BtfKind;

test.each<readonly [text: string, size: number, types: readonly Partial<Type>[]]>([
  ['unsigned int', 4, [{ kind: 'int', name: 'unsigned int', value: 4, words: [32] }]],
  ['char *', 8, [{ kind: 'pointer', value: 2 }, char()]],
  ['char **', 8, [{ kind: 'pointer', value: 2 }, { kind: 'pointer', value: 3 }, char()]],
  ['void *', 8, [{ kind: 'pointer', value: 0 }]],
  ['char[16]', 16, [{ kind: 'array', words: [2, 2, 16] }, char()]],
  ['struct key', 12, [{ kind: 'struct', name: 'key', value: 12 }]],
  ['struct {…}', 12, [{ kind: 'struct', value: 12 }]],
  ['union u', 8, [{ kind: 'union', name: 'u', value: 8 }]],
  ['struct hidden', 0, [{ kind: 'forward', name: 'hidden' }]],
  ['union hidden', 0, [{ kind: 'forward', name: 'hidden', flag: true }]],
  ['enum e', 4, [{ kind: 'enum', name: 'e', value: 4 }]],
  ['enum e', 8, [{ kind: 'enum64', name: 'e', value: 8 }]],
  ['u8', 1, [{ kind: 'typedef', name: 'u8', value: 2 }, char()]],
  ['const char', 1, [{ kind: 'const', value: 2 }, char()]],
  ['volatile char', 1, [{ kind: 'volatile', value: 2 }, char()]],
  ['char', 1, [{ kind: 'restrict', value: 2 }, char()]],
  ['char', 1, [{ kind: 'typeTag', name: 'user', value: 2 }, char()]],
  ['double', 8, [{ kind: 'float', name: 'double', value: 8 }]],
  ['function', 0, [{ kind: 'prototype' }]],
  ['?', 0, [{ kind: 'restrict', value: 9 }]],
])('%s, %i bytes', (text, size, types) => {
  const btf = new Btf(encode(types));

  expect(typeText(btf, 1)).toBe(text);
  expect(typeSize(btf, 1)).toBe(size);
});

test('nothing, and what is not there', () => {
  const btf = new Btf(encode([]));

  expect([typeText(btf, 0), typeText(btf, 1), typeSize(btf, 0)]).toEqual(['void', '?', 0]);
});

test('a loop ends', () => {
  const btf = new Btf(encode([{ kind: 'restrict', value: 1 }]));

  expect([typeText(btf, 1), typeSize(btf, 1)]).toEqual(['?', 0]);
});

interface Type extends Pick<BtfType, 'name' | 'flag' | 'words'> {
  readonly kind: Kind;
  readonly value: number;
}

function char(): Partial<Type> {
  return { kind: 'int', name: 'char', value: 1, words: [8] };
}

/** BTF of these types, as Documentation/bpf/btf.rst has it. */
function encode(types: readonly Partial<Type>[]): Buffer {
  let strings = '\0';
  const encoded = types.map(({ kind = 'int', name = '', flag = false, value = 0, words = [] }) => {
    const info = ((BtfKind[kind] << 24) | (flag ? 1 << 31 : 0)) >>> 0;
    const place = name === '' ? 0 : Buffer.byteLength(strings);
    if (name !== '') strings += `${name}\0`;
    return uint32s([place, info, value, ...words]);
  });
  const body = Buffer.concat(encoded);
  const text = Buffer.from(strings);
  const header = [0x0001eb9f, 24, 0, body.length, body.length, text.length];
  return Buffer.concat([uint32s(header), body, text]);
}

function uint32s(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32LE(value, index * 4);
  return buffer;
}
