import { expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { globalsOf } from '../../../../src/bpf/btf/globals.ts';
import { typeText } from '../../../../src/bpf/btf/type-text.ts';
import { btfOf } from '../object-btf.ts';
import { encodeBtf, int } from './encode-btf.ts';

test('each variable of a data section has its place, static ones too', () => {
  const btf = new Btf(btfOf('values'));
  const data = globalsOf(btf).filter(({ section }) => section === '.data');

  expect(
    data.map(({ name, offset, size, typeId }) => [name, offset, size, typeText(btf, typeId)]),
  ).toEqual([
    ['ports', 0, 16, 'volatile __u32[4]'],
    ['grid', 16, 12, 'volatile __s16[2][3]'],
    ['names', 28, 8, 'volatile char[2][4]'],
    ['nested', 40, 32, 'volatile struct nested'],
    ['flags', 72, 16, 'volatile struct flags'],
    ['number', 88, 4, 'volatile union number'],
    ['after_hidden', 96, 8, 'volatile __u64'],
    ['hidden', 104, 4, 'volatile __u32'],
  ]);
});

test('none overlaps another', () => {
  const globals = globalsOf(new Btf(btfOf('values')));

  for (const [index, { section, offset }] of globals.entries()) {
    const before = globals[index - 1];
    if (before?.section !== section) continue;
    expect(offset).toBeGreaterThanOrEqual(before.offset + before.size);
  }
});

test.each([
  ['.data', 1],
  ['.data.mine', 1],
  ['.rodata', 1],
  ['.bss', 1],
  ['.kconfig', 1],
  ['.database', 0],
  ['.maps', 0],
  ['.ksyms', 0],
  ['license', 0],
])('the section %s has %i', (name, count) => {
  const btf = new Btf(
    encodeBtf([
      int('int', 4, true),
      { kind: 'variable', name: 'x', value: 1, words: [1] },
      { kind: 'section', name, value: 4, members: 1, words: [2, 0, 4] },
    ]),
  );

  expect(globalsOf(btf)).toHaveLength(count);
});

test('what is in a section and no variable is left out', () => {
  const btf = new Btf(
    encodeBtf([
      int('int', 4),
      { kind: 'section', name: '.bss', members: 2, words: [1, 0, 4, 9, 4, 4] },
    ]),
  );

  expect(globalsOf(btf)).toEqual([]);
});
