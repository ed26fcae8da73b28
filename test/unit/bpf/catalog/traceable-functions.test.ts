import { describe, expect, test } from 'vitest';
import { TraceableFunctions } from '../../../../src/bpf/catalog/traceable-functions.ts';

const lines = 'vfs_read\nopen [dummy]\nvfs_read_all\n__ftrace_invalid_address___16\n';

describe.each([
  ['searched', 0],
  ['in a table', 20],
])('%s', (_, searches) => {
  const functions = new TraceableFunctions({ bytes: Buffer.from(lines) });
  for (let count = 0; count < searches; count += 1) functions.has('vfs_read');

  test.each([
    ['vfs_read', undefined, true],
    ['vfs_rea', undefined, false],
    ['open', 'dummy', true],
    ['open', undefined, false],
    ['vfs_read', 'dummy', false],
  ])('%s of %s: %s', (name, module, expected) => {
    expect(functions.has(name, module)).toBe(expected);
  });
});
