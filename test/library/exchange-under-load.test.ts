import { setImmediate } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { attachDispatcher } from '../../src/bpf/dispatch/attach-dispatcher.ts';
import { ProgramSlot } from '../../src/bpf/dispatch/program-slot.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import type { TracingProgram } from '../../src/bpf/programs/tracing-program.ts';
import { Calls } from './support/calls.ts';
import { objectFile } from './support/kernel.ts';
import { openObject } from './support/lifecycle.ts';

// A thousand exchanges while another process makes calls as fast as it can: on one processor, each exchange meets it
// wherever it was interrupted. One of the two programs consists of several functions.

beforeAll(() => {
  kernelBtf();
});

const exchanges = 1000;
const rounds = 100;

test.each([
  ['fentry', 'count_first', 'entered', 0],
  ['fexit', 'count_return', 'returned', 1],
] as const)('%s: every call is seen by one of the two, once', async (kind, plain, split, key) => {
  using one = Ebpf.loadFile(objectFile('counter'));
  using other = openObject();
  const programs = [loaded(one, plain), loaded(other, split)] as const;
  const seenBy = (): readonly [number, number] => [
    Number(one.map('hits').get(key)),
    Number(other.map('runs').get(key)),
  ];
  using calls = await Calls.prepare();
  using slot = ProgramSlot.create();
  slot.put(programs[0]);
  using link = attachDispatcher(slot, kind, 'vfs_rename');
  calls.begin();

  for (let round = 0; round < rounds; round += 1) {
    const before = sum(seenBy());
    for (let turn = 1; turn <= exchanges / rounds; turn += 1)
      slot.put(programs[turn % 2 === 0 ? 0 : 1]);
    // so that calls are made between the exchanges, and not only before and after all of them
    while (sum(seenBy()) === before) await setImmediate(); // oxlint-disable-line eslint/no-await-in-loop -- waiting is what this loop is for
  }
  const made = await calls.end();

  const seen = seenBy();
  expect(sum(seen)).toBe(made);
  expect(made).toBeGreaterThanOrEqual(rounds);
  expect(Math.min(...seen)).toBeGreaterThan(0);
  link.detach();
});

function loaded(ebpf: Ebpf, name: string): TracingProgram {
  const program = ebpf.program(name).asTracing();
  program.load('vfs_rename');
  return program;
}

function sum([a, b]: readonly [number, number]): number {
  return a + b;
}
