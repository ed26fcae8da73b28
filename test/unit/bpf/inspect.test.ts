import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { InvalidError } from '../../../src/base/errors.ts';
import { inspect } from '../../../src/bpf/inspect.ts';

test('programs, maps and globals, under their whole names', () => {
  const { programs, maps, globals } = read('counter');

  expect(programs).toMatchObject([
    {
      name: 'count_first',
      section: 'fentry/bpf_fentry_test1',
      attachType: 'fentry',
      sectionTarget: 'bpf_fentry_test1',
    },
    { name: 'count_return', attachType: 'fexit' },
    {
      name: 'count_second',
      section: 'fentry',
      attachType: 'fentry',
      sectionTarget: undefined,
      sleepable: false,
    },
  ]);
  expect(maps.map(({ name, internal }) => [name, internal])).toEqual([
    ['hits', false],
    ['.rodata', true],
    ['.data', true],
    ['.bss', true],
  ]);
  expect(maps[0]).toMatchObject({
    type: 'array',
    keySize: 4,
    valueSize: 8,
    maxEntries: 4,
    keyType: '__u32',
    valueType: '__u64',
  });
  expect(globals.map(({ name, section, type, size }) => [name, section, type, size])).toEqual(
    expect.arrayContaining([
      ['step', '.rodata', 'const volatile __u32', 4],
      ['total', '.bss', 'volatile __u64', 8],
      ['initial', '.data', 'volatile __u64', 8],
    ]),
  );
});

test('a program of another kind has no attach type', () => {
  expect(read('kprobe').programs.map(({ name, attachType }) => [name, attachType])).toEqual([
    ['on_unlink', undefined],
    ['on_test', 'fentry'],
  ]);
});

test('names that agree in their first 15 bytes', () => {
  const { programs, maps } = read('long-names');

  expect(programs.map(({ name }) => name)).toEqual([
    'count_calls_of_test_first',
    'count_calls_of_test_second',
  ]);
  expect(maps.map(({ name }) => name)).toEqual([
    'calls_of_the_test_first',
    'calls_of_the_test_second',
  ]);
});

test('without BTF there are no globals', () => {
  const { programs, globals } = read('no-btf');

  expect(programs).toHaveLength(1);
  expect(globals).toEqual([]);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['no ELF', Buffer.from('not an object')],
  ['half of one', bytesOf('counter').subarray(0, 500)],
])("%s: libbpf's own words", (_, bytes) => {
  expect(() => inspect('x.bpf.o', bytes)).toThrow(InvalidError);
  expect(() => inspect('x.bpf.o', bytes)).toThrow(/^libbpf cannot read "x.bpf.o": ./);
});

function read(name: string) {
  return inspect(`${name}.bpf.o`, bytesOf(name));
}

function bytesOf(name: string): Buffer {
  return readFileSync(path.join(import.meta.dirname, `../../objects/${name}.bpf.o`));
}
