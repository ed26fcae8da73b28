import { expect, test } from 'vitest';
import { escapeName, unescapeName } from '../../../src/state/escape.ts';

test.each([
  ['vfs_read', 'vfs_read'],
  ['vfs_read.isra.0', 'vfs_read%2Eisra%2E0'],
  ['nf_conntrack:nf_conntrack_in', 'nf_conntrack%3Anf_conntrack_in'],
  ['..', '%2E%2E'],
  ['a/b', 'a%2Fb'],
  ['100%', '100%25'],
  ['größe', 'gr%C3%B6%C3%9Fe'],
  ['\u{1f41d}', '%F0%9F%90%9D'],
  ['a b\n', 'a%20b%0A'],
])('%j is written %s', (name, component) => {
  expect(escapeName(name)).toBe(component);
  expect(unescapeName(component)).toBe(name);
});

test.each(['', '.', 'a.b', '%', '%2', '%2e', '%41', '%C3', '%FF', 'a b', 'ö'])(
  '%j is nothing that we wrote',
  (component) => {
    expect(unescapeName(component)).toBeUndefined();
  },
);
