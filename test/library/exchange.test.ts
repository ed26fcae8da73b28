import { beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { attachDispatcher } from '../../src/bpf/dispatch/attach-dispatcher.ts';
import { ProgramSlot } from '../../src/bpf/dispatch/program-slot.ts';
import type { Ebpf } from '../../src/bpf/ebpf.ts';
import type { TracingProgram } from '../../src/bpf/programs/tracing-program.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import { linkIds, pinDirectory, renameFiles } from './support/kernel.ts';
import { openObject } from './support/lifecycle.ts';

// A program in a slot, called by a dispatcher: exchanged while calls are made, none is lost and none seen twice.

beforeAll(() => {
  kernelBtf();
  openObject()[Symbol.dispose]();
});
useFdCount();

const exchanges = 200;

describe.each(['entered', 'returned'] as const)('%s', (name) => {
  test('every call is seen by the old or the new one, once', () => {
    using old = openObject();
    using next = openObject();
    const programs = [old, next].map((ebpf) => loaded(ebpf, name));
    using slot = ProgramSlot.create();
    slot.put(programs[0] ?? missing());
    using link = attachDispatcher(slot, name === 'entered' ? 'fentry' : 'fexit', 'vfs_rename');

    for (let round = 1; round <= exchanges; round += 1) {
      renameFiles(2);
      slot.put(programs[round % 2] ?? missing());
    }

    const seen = [old, next].map((ebpf) => runsSeen(ebpf, name));
    expect(seen).toEqual([exchanges, exchanges]);
    expect(linkIds()).toContain(link.id);
  });

  test('an empty slot does nothing, and a program can be put in again', () => {
    using ebpf = openObject();
    const program = loaded(ebpf, name);
    using slot = ProgramSlot.create();
    slot.put(program);
    using link = attachDispatcher(slot, name === 'entered' ? 'fentry' : 'fexit', 'vfs_rename');

    slot.clear();
    renameFiles(3);
    slot.put(program);
    renameFiles(2);

    expect(runsSeen(ebpf, name)).toBe(2);
    link.detach();
    renameFiles(2);
    expect(runsSeen(ebpf, name)).toBe(2);
  });
});

test('a program for another function does not go into a slot in use', () => {
  using ebpf = openObject();
  using slot = ProgramSlot.create();
  slot.put(loaded(ebpf, 'entered'));
  using _link = attachDispatcher(slot, 'fentry', 'vfs_rename');
  const lsm = ebpf.program('guarded').asLsm();
  lsm.load('inode_rename');

  const error = errorOf(() => slot.put(lsm));

  expect(error).toMatchObject({ code: 'AttachFailed' });
  renameFiles(1);
  expect(runsSeen(ebpf, 'entered')).toBe(1);
});

test('a map of another type is no slot, and stays as it was', () => {
  using pins = pinDirectory();
  const pin = `${pins.path}/runs`;
  using ebpf = openObject({ pinnedMaps: { runs: pin } });
  ebpf.map('runs').set(0, 77n);

  const error = errorOf(() => ProgramSlot.fromPin(pin));

  expect(error).toMatchObject({ code: 'InvalidPin' });
  expect(ebpf.map('runs').get(0)).toBe(77n);
});

test('a closed slot is not used: its number may be another map by then', () => {
  using ebpf = openObject();
  const program = loaded(ebpf, 'entered');
  const slot = ProgramSlot.create();
  slot[Symbol.dispose]();

  const errors = [
    errorOf(() => slot.put(program)),
    errorOf(() => slot.clear()),
    errorOf(() => slot.programId()),
    errorOf(() => attachDispatcher(slot, 'fentry', 'vfs_rename')),
  ];

  expect(errors.map((error) => 'code' in error && error.code)).toEqual(errors.map(() => 'Closed'));
});

function loaded(ebpf: Ebpf, name: string): TracingProgram {
  const program = ebpf.program(name).asTracing();
  program.load('vfs_rename');
  return program;
}

function runsSeen(ebpf: Ebpf, name: 'entered' | 'returned'): number {
  return Number(ebpf.map('runs').get(name === 'entered' ? 0 : 1));
}

function missing(): never {
  throw new Error('there are two');
}
