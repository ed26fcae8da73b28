import fc from 'fast-check';
import { expect, test } from 'vitest';
import { functionTest } from '../../../src/state/glob.ts';

test.each([
  ['vfs_read', 'vfs_read', true],
  ['vfs_read', 'vfs_readv', false],
  ['vfs_*', 'vfs_', true],
  ['vfs_*', 'vfs_read', true],
  ['vfs_*', 'do_vfs_read', false],
  ['*read', 'vfs_read', true],
  ['*read', 'vfs_readv', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
  ['*ab', 'aab', true],
  ['vfs_rea?', 'vfs_read', true],
  ['vfs_rea?', 'vfs_rea', false],
  ['?', '', false],
  ['*', '', true],
  ['*', 'nf:hook', false],
  ['*:*', 'nf:hook', true],
  ['nf:*', 'nf:hook', true],
  ['nf:*', 'nft:hook', false],
  ['nf*:h?ok', 'nf_tables:hook', true],
  ['a.c', 'abc', false],
  ['vfs_[rw]*', 'vfs_write', true],
  ['nf[!t]:*', 'nft:hook', false],
])('%s, %s: %j', (glob, name, matches) => {
  expect(functionTest(glob)(name)).toBe(matches);
});

test('as a regular expression would say', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 6 });
  fc.assert(
    fc.property(glob, text, (pattern, name) => {
      const source = pattern.replaceAll('*', '[^:]*').replaceAll('?', '[^:]');
      expect(functionTest(pattern)(name)).toBe(new RegExp(`^${source}$`).test(name));
    }),
    { numRuns: 2000 },
  );
});
