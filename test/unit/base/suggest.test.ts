import { expect, test } from 'vitest';
import { didYouMean, suggest } from '../../../src/base/suggest.ts';

const known = ['vfs_read', 'vfs_readv', 'vfs_write', 'do_unlinkat', 'filename_lookup'];

test.each([
  ['vfs_raed', ['vfs_read']],
  ['vfs_reat', ['vfs_read', 'vfs_readv']],
  ['vfs_rite', ['vfs_write']],
  ['do_unlink', ['do_unlinkat']],
  ['tcp_v4_rcv', []],
  ['x', []],
])('near %s: %j', (name, expected) => {
  expect(suggest(name, known)).toEqual(expected);
});

test('no more than asked for, best first, whatever their order', () => {
  const names = ['abce', 'abcd', 'abcf', 'abcg'];

  expect(suggest('abcd', names)).toEqual(['abcd', 'abce', 'abcf']);
  expect(suggest('abcd', names.toReversed(), 1)).toEqual(['abcd']);
});

test('each once', () => {
  expect(suggest('vfs_raed', ['vfs_read', 'vfs_read'])).toEqual(['vfs_read']);
});

test('as a question', () => {
  expect(didYouMean('vfs_reat', known)).toBe('did you mean "vfs_read" or "vfs_readv"?');
  expect(didYouMean('nothing_near', known)).toBeUndefined();
});
