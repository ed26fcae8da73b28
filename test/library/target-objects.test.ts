import { expect, test } from 'vitest';
import { KernelTargetObjects } from '../../src/bpf/kernel/target-objects.ts';
import { openObject } from './support/lifecycle.ts';

test('a program has the functions of its own, though its BTF has those of its whole object', () => {
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rmdir');

  const found = new KernelTargetObjects().program({ id: program.id });

  expect('functions' in found && found.functions.map(({ name }) => name)).toEqual([
    'entered',
    'count', // which it calls
  ]);
});
