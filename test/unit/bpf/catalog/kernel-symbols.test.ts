import { describe, expect, test } from 'vitest';
import { functionsIn, KernelSymbols } from '../../../../src/bpf/catalog/kernel-symbols.ts';

const lines = [
  'ffffffff81000000 T vfs_read',
  'ffffffff81000010 t event_show',
  'ffffffff81000020 t event_show',
  'ffffffff81000030 W weak_one',
  'ffffffff81000040 D vfs_data',
  'ffffffff81000050 t do_unlink.constprop.0',
  'ffffffff81000060 t do_unlink.constprop.0.cold',
  'ffffffff81000070 t .hidden',
  'ffffffffc0000000 t vfs_read\t[dummy]',
  'ffffffffc0000010 t open.isra.0\t[dummy]',
  'ffffffffc0000020 t do_unlink.part.0\t[other]',
  'ffffffffc0000030 t bpf_prog_6deef7357e7b4530_count\t[bpf]',
].map((line) => `${line}\n`);

/** A symbol table answers the first few questions by searching, then from a table: both must say the same. */
const all = Buffer.from(lines.join(''));
describe.each([
  ['searched', 0, all],
  ['from a table', 100, all],
  ['of functions alone, searched', 0, functionsIn(all)],
  ['of functions alone, from a table', 100, functionsIn(all)],
])('symbols, %s', (_, questionsBefore, bytes) => {
  const symbols = new KernelSymbols({ bytes });
  for (let count = 0; count < questionsBefore; count += 1) symbols.count('vfs_read');

  test.each([
    ['vfs_read', undefined, 1],
    ['vfs_read', 'dummy', 1],
    ['vfs_read', 'other', 0],
    ['event_show', undefined, 2],
    ['weak_one', undefined, 1],
    ['vfs_data', undefined, 0],
    ['do_unlink', undefined, 0],
    ['vfs_rea', undefined, 0],
    ['read', undefined, 0],
    ['open', 'dummy', 0],
  ])('%s of %s', (name, module, expected) => {
    expect(new Set([symbols.count(name, module), symbols.count(name, module)])).toEqual(
      new Set([expected]),
    );
  });

  test('what the compiler made of a function, of that module only', () => {
    expect(symbols.variants('do_unlink')).toEqual([
      'do_unlink.constprop.0',
      'do_unlink.constprop.0.cold',
    ]);
    expect(symbols.variants('do_unlink', 'other')).toEqual(['do_unlink.part.0']);
    expect(symbols.variants('open', 'dummy')).toEqual(['open.isra.0']);
    expect(symbols.variants('vfs_read')).toEqual([]);
    expect(symbols.variants('nothing')).toEqual([]);
  });
});

test('of lines of functions alone, what says nothing is left out', () => {
  const text = functionsIn(all).toString();
  expect(text).toMatch(/^0 T vfs_read\n0 t event_show\n/);
  expect(text).not.toContain('vfs_data');
  expect(functionsIn(Buffer.alloc(0))).toHaveLength(0);
});
