import { describe, expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { EbpfError } from '../../../../src/bpf/ebpf-error.ts';
import { typeText } from '../../../../src/bpf/btf/type-text.ts';
import type { Type } from './encode-btf.ts';
import { encodeBtf, int, namesOf, stringsLength } from './encode-btf.ts';

const kernel: readonly Partial<Type>[] = [
  int('int', 4, true),
  { kind: 'prototype', value: 1, members: 1, words: ['flags', 1] },
  { kind: 'function', name: 'open', value: 2 },
  { kind: 'function', name: 'kernel_only', value: 2 },
  { kind: 'struct', name: 'file', value: 4 },
];
const kernelData = encodeBtf(kernel);
const base = new Btf(kernelData, { path: '/sys/kernel/btf/vmlinux' });

// its first string has no NUL before it
const moduleTypes: readonly Partial<Type>[] = [
  { kind: 'function', name: 'first', value: 2 },
  { kind: 'function', name: 'close', value: 8 },
  { kind: 'prototype', value: 5, members: 1, words: ['inode', 9] },
  { kind: 'struct', name: 'own', value: 8 },
  { kind: 'pointer', value: 9 },
];
const split = new Btf(encodeBtf(moduleTypes, { stringsLength: stringsLength(kernelData) }), {
  path: '/sys/kernel/btf/fuse',
  base,
});

describe("a module's BTF", () => {
  test('its ids go on where those of the kernel end', () => {
    expect([base.firstId, base.length, split.firstId, split.length]).toEqual([1, 5, 6, 10]);
    expect(namesOf(split, [1, 3, 6, 7, 9])).toEqual(['int', 'open', 'first', 'close', 'own']);
    expect(split.type(11)).toBeUndefined();
    expect(base.type(6)).toBeUndefined();
  });

  test('its types lead to those of the kernel, its names to those of the kernel', () => {
    expect(split.prototype('first')).toBe('int first(int flags)');
    expect(split.prototype('close')).toBe('struct file close(struct own inode)');
    expect(typeText(split, 10)).toBe('struct own *');
  });

  test('by name: its own functions, and types of either', () => {
    expect([...split.names()]).toEqual(['first', 'close']);
    expect(split.find('first')).toEqual([6]);
    expect(split.find('open')).toEqual([]);
    expect(split.find('own', 'struct')).toEqual([9]);
    expect(split.find('file', 'struct')).toEqual([5]);
    expect(split.idOf('int', 'int')).toBe(1);
  });

  test('a name that the kernel has stored is found in the module', () => {
    const types: readonly Partial<Type>[] = [{ kind: 'function', name: '', value: 2 }];
    const data = encodeBtf(types, { stringsLength: stringsLength(kernelData) });
    data.writeUInt32LE(kernelData.indexOf('\0open\0') + 1 - 24 - kernelData.readUInt32LE(12), 24);
    const other = new Btf(data, { base });

    expect(other.find('open')).toEqual([6]);
    expect(other.prototype(6)).toBe('int open(int flags)');
  });

  test('what only the kernel has is said so', () => {
    expect(() => split.idOf('kernel_only')).toThrow(
      expect.objectContaining({
        code: 'UnknownType',
        message: 'the BTF "/sys/kernel/btf/fuse" has no function "kernel_only"',
        hint: 'the BTF "/sys/kernel/btf/vmlinux" has it: look it up there',
      }),
    );
  });
});

describe('a look-up that fails', () => {
  const twice = new Btf(
    encodeBtf([
      int('int', 4, true),
      { kind: 'prototype', value: 1 },
      { kind: 'prototype', value: 1, members: 1, words: ['count', 1] },
      { kind: 'function', name: 'show', value: 2 },
      { kind: 'function', name: 'show', value: 3 },
    ]),
  );

  test.each<readonly [name: string, code: string, message: string, hint: string | undefined]>([
    ['shwo', 'UnknownType', 'the BTF has no function "shwo"', 'did you mean "show"?'],
    ['other_thing', 'UnknownType', 'the BTF has no function "other_thing"', undefined],
    ['', 'UnknownType', 'the BTF has no function ""', undefined],
    [
      'show',
      'AmbiguousType',
      'the BTF has 2 functions "show"',
      'they are 4 "int show(void)", 5 "int show(int count)"',
    ],
  ])('%j: %s', (name, code, message, hint) => {
    expect(errorOf(() => twice.idOf(name))).toMatchObject({ code, message });
    expect(errorOf(() => twice.prototype(name)).hint).toBe(hint);
  });

  test.each([
    [1, 'type 1 of the BTF is of kind int, not a function'],
    [9, 'type 9 of the BTF is not there, not a function'],
  ])('the id %i', (id, message) => {
    expect(errorOf(() => twice.prototype(id))).toMatchObject({ code: 'UnknownType', message });
  });
});

function errorOf(act: () => unknown): EbpfError {
  try {
    act();
  } catch (error) {
    if (error instanceof EbpfError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
