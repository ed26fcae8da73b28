import { expect, test } from 'vitest';
import { traceableIn } from '../../../../src/bpf/catalog/traceable-functions.ts';

const functions = traceableIn(
  Buffer.from('vfs_read\nopen [dummy]\nvfs_read_all\n__ftrace_invalid_address___16\n'),
);

test.each([
  ['vfs_read', undefined, true],
  ['vfs_rea', undefined, false],
  ['open', 'dummy', true],
  ['open', undefined, false],
  ['vfs_read', 'dummy', false],
])('%s of %s: %s', (name, module, expected) => {
  expect(functions.has(name, module)).toBe(expected);
});
