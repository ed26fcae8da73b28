import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { attachDispatcher } from '../../src/bpf/dispatch/attach-dispatcher.ts';
import { ProgramSlot } from '../../src/bpf/dispatch/program-slot.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import type { TracingProgram } from '../../src/bpf/programs/tracing-program.ts';
import { useFdCount } from './support/fds.ts';
import { objectFile, renameFiles } from './support/kernel.ts';

// A dispatcher's is one tail call more.

beforeAll(() => {
  kernelBtf();
  Ebpf.loadFile(objectFile('tail-calls'))[Symbol.dispose]();
});
useFdCount();

describe('programs that make tail calls', () => {
  test('go on with the next one', () => {
    using ebpf = Ebpf.loadFile(objectFile('tail-calls'));
    using next = new Next(ebpf, 'lands');
    using slot = ProgramSlot.create();
    slot.put(next.jumps);
    using _link = attachDispatcher(slot, 'fentry', 'vfs_rename');

    renameFiles(2);

    expect(next.runs()).toEqual([2, 2]);
  });

  test('to themselves: the kernel ends the chain one sooner', () => {
    using ebpf = Ebpf.loadFile(objectFile('tail-calls'));
    using next = new Next(ebpf, 'jumps');
    const { jumps } = next;
    const linkId = jumps.attach();
    renameFiles(1);
    const [alone = 0] = next.runs();
    jumps.detach(linkId);
    using slot = ProgramSlot.create();
    slot.put(jumps);
    using _link = attachDispatcher(slot, 'fentry', 'vfs_rename');

    renameFiles(1);

    expect(alone).toBe(34); // MAX_TAIL_CALL_CNT is 33
    expect(next.runs()[0]).toBe(alone + alone - 1);
  });
});

function loaded(ebpf: Ebpf, name: string): TracingProgram {
  const program = ebpf.program(name).asTracing();
  program.load('vfs_rename');
  return program;
}

/** What `jumps` of test/objects/tail-calls goes on with; the library does not write to arrays of programs. */
class Next implements Disposable {
  readonly jumps: TracingProgram;
  readonly #ebpf: Ebpf;
  readonly #id: string;

  constructor(ebpf: Ebpf, name: 'jumps' | 'lands') {
    this.#ebpf = ebpf;
    this.#id = String(ebpf.map('next').info().id);
    this.jumps = loaded(ebpf, 'jumps');
    const { id } = name === 'jumps' ? this.jumps : loaded(ebpf, name);
    this.#bpftool('update', 'value', 'id', String(id));
  }

  /** How often each of the two ran. */
  runs(): readonly number[] {
    return [0, 1].map((key) => Number(this.#ebpf.map('runs').get(key)));
  }

  /** A program that is in its own array would never go. */
  [Symbol.dispose](): void {
    this.#bpftool('delete');
  }

  #bpftool(action: string, ...value: readonly string[]): void {
    const key = ['key', '0', '0', '0', '0'];
    execFileSync('bpftool', ['map', action, 'id', this.#id, ...key, ...value], { stdio: 'pipe' });
  }
}
