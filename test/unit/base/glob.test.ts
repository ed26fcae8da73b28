import { describe, expect, test } from 'vitest';
import { globTest, isGlob } from '../../../src/base/glob.ts';

describe('a glob', () => {
  test.each([
    ['vfs_read', ['vfs_read'], ['vfs_readv', 'vfs_rea', 'xvfs_read', '']],
    ['vfs_*', ['vfs_read', 'vfs_'], ['vfs', 'do_vfs_read']],
    ['*read', ['read', 'vfs_read', 'readread'], ['vfs_readv', '']],
    ['vfs_*_*e', ['vfs__e', 'vfs_a_be', 'vfs_a_b_ce'], ['vfs_ae', 'vfs_a_b']],
    ['*', ['', 'anything', 'with.dots$'], []],
    ['**a**', ['a', 'bab'], ['', 'b']],
    ['?', ['a', '*'], ['', 'ab']],
    ['vfs_rea?', ['vfs_read'], ['vfs_rea', 'vfs_readv']],
    ['vfs_[rw]*', ['vfs_read', 'vfs_write'], ['vfs_open', 'vfs_']],
    ['sys_[0-9]', ['sys_5'], ['sys_a', 'sys_55']],
    ['[!_]*', ['vfs_read'], ['_raw_spin_lock', '']],
    ['[]x]', [']', 'x'], ['[', 'y']],
    ['[a-]', ['a', '-'], ['b']],
    ['[!]', ['[!]'.slice(1, 2)], ['a', '[!]']],
    ['a[b', ['a[b'], ['ab', 'a[']],
    ['a.b', ['a.b'], ['axb']],
    ['a$(b|c)+^', ['a$(b|c)+^'], ['ab']],
    ['nf_conntrack:nf_*', ['nf_conntrack:nf_ct_get'], ['nf_ct_get', 'nf_nat:nf_ct_get']],
  ])('%s', (glob, matching, others) => {
    expect([...matching, ...others].filter(globTest(glob))).toEqual(matching);
  });

  test('many stars take no longer than few', () => {
    const name = 'a'.repeat(2_000);

    expect(globTest(`${'*a'.repeat(30)}*b`)(name)).toBe(false); // a regular expression would not come back
  });
});

test.each([
  ['vfs_read', false],
  ['foo.constprop.0', false],
  ['!vfs_read', false],
  ['vfs_*', true],
  ['vfs_rea?', true],
  ['vfs_[rw]', true],
])('%s stands for others: %s', (text, expected) => {
  expect(isGlob(text)).toBe(expected);
});
