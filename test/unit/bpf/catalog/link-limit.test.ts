import { expect, test } from 'vitest';
import { Btf } from '../../../../src/bpf/btf/btf.ts';
import { trampolineLinkLimit } from '../../../../src/bpf/catalog/link-limit.ts';
import { encodeBtf, int } from '../btf/encode-btf.ts';

// As they are in the BTF of Debian's kernels.
test.each([
  ['5.10', 'bpf_tramp_progs', 'progs', 40],
  ['6.1 and 6.12', 'bpf_tramp_links', 'links', 38],
  ['7.2', 'bpf_tramp_nodes', 'nodes', 36],
])('Linux %s', (_, struct, array, limit) => {
  const data = encodeBtf([
    int('int', 4, true),
    { kind: 'pointer', value: 1 },
    { kind: 'array', words: [2, 1, limit] },
    { kind: 'struct', name: struct, members: 2, words: [array, 3, 0, `nr_${array}`, 1, 2_560] },
  ]);

  expect(trampolineLinkLimit(new Btf(data))).toBe(limit);
});

test('a kernel whose types do not tell', () => {
  const data = encodeBtf([
    int('int', 4, true),
    { kind: 'struct', name: 'bpf_tramp_links', members: 1, words: ['nr_links', 1, 0] },
  ]);

  expect(trampolineLinkLimit(new Btf(data))).toBeUndefined();
  expect(trampolineLinkLimit(new Btf(encodeBtf([])))).toBeUndefined();
});
