import { describe, expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { KernelCatalog } from '../../../../src/bpf/catalog/kernel-catalog.ts';
import { encodeBtf, int } from '../btf/encode-btf.ts';

const btf = new Btf(
  encodeBtf([
    int('int', 4, true),
    { kind: 'prototype', value: 1, members: 1, words: ['flags', 1] },
    { kind: 'prototype', value: 0 },
    { kind: 'function', name: 'open_b', value: 2 },
    { kind: 'function', name: 'open_a', value: 2 },
    { kind: 'function', name: 'twice', value: 2 },
    { kind: 'function', name: 'close.b$', value: 2 },
    { kind: 'function', name: 'twice', value: 3 },
    { kind: 'struct', name: 'open_c', value: 4 },
    { kind: 'function', name: '__rcu_read_lock', value: 2 },
    { kind: 'function', name: '__rcu_read_lock', value: 3 },
  ]),
);
const catalog = new KernelCatalog(btf);

describe('functions by name', () => {
  test.each([
    ['open_a', [5]],
    ['close.b$', [7]],
    ['twice', [6, 8]],
    ['open', []],
    ['', []],
    ['a b', []],
    ['open_c', []],
    ['no_such_module:open_a', []],
  ])('%s', (name, ids) => {
    expect(catalog.find(name)).toEqual(ids.map((btfId) => ({ name, btfId })));
  });
});

describe('functions by pattern, sorted', () => {
  test.each([
    ['open_*', ['open_a', 'open_b']],
    ['*', ['__rcu_read_lock', '__rcu_read_lock', 'close.b$', 'open_a', 'open_b', 'twice', 'twice']],
    ['open_[!a]', ['open_b']],
    ['open_a', ['open_a']],
    ['nothing_*', []],
    ['no_such_module:*', []],
  ])('%s', (glob, names) => {
    expect(catalog.matching(glob).map(({ name }) => String(name))).toEqual(names);
  });
});

test('as C declares them', () => {
  expect(catalog.find('open_a').map((one) => catalog.prototype(one))).toEqual([
    'int open_a(int flags)',
  ]);
});

test('several functions of a name are ambiguous, and each is named', () => {
  const [one] = catalog.find('twice');

  expect(one && catalog.obstacle(one)).toEqual({
    code: 'ambiguous',
    text: 'there are 2 of that name: "int twice(int flags)" and "void twice(void)"',
  });
});

test('that it is dangerous comes last: people may allow it, and nothing else', () => {
  const [one] = catalog.find('__rcu_read_lock');

  expect(one && catalog.obstacle(one)).toMatchObject({ code: 'ambiguous' });
});

test('the kernel itself is no module', () => {
  expect(catalog.hasModule('vmlinux')).toBe(false);
});
