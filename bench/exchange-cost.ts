// What a call of a watched function costs, plainly and by a dispatcher, in instructions: `npm run bench:exchange`. In a
// virtual machine that counts instructions, where a nanosecond is one of them. The programs count calls in a map.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { attachDispatcher } from '../src/bpf/dispatch/attach-dispatcher.ts';
import { ProgramSlot } from '../src/bpf/dispatch/program-slot.ts';
import { Ebpf } from '../src/bpf/ebpf.ts';
import type { FEntry } from '../src/bpf/programs/fentry.ts';
import type { FExit } from '../src/bpf/programs/fexit.ts';

const objects = path.resolve(import.meta.dirname, '../test/objects');
const caller = '/sys/fs/bpf/bench-caller';
const calls = 1_000_000;
/** Called by `caller` once each time that it runs, by the kernel itself, in one system call. */
const watched = 'bpf_ktime_get_boot_ns';

type Watcher = FEntry | FExit;

function measure(): void {
  execFileSync('bpftool', ['prog', 'load', `${objects}/calls-clock.bpf.o`, caller, 'type', 'xdp']);
  const none = perCall();
  print(`a call that nobody watches: ${none} instructions, the loop that makes it included`);
  using ebpf = Ebpf.loadFile(`${objects}/counter.bpf.o`);
  report(ebpf.program('count_first').asFEntry(), none);
  report(ebpf.program('count_return').asFExit(), none);
}

function report(program: Watcher, none: number): void {
  program.load(watched);
  const linkId = program.attach();
  const plain = perCall() - none;
  program.detach(linkId);
  using slot = ProgramSlot.create();
  slot.put(program);
  using _link = attachDispatcher(slot, program.kind, watched);
  const dispatched = perCall() - none;
  slot.clear();
  const paused = perCall() - none;
  const more = dispatched - plain;
  print(
    `${program.kind}: +${plain}; by a dispatcher +${dispatched}, ${more} more; paused +${paused}`,
  );
}

/** By BPF_PROG_TEST_RUN, which tells the time of one run on average. */
function perCall(): number {
  const input = ['data_in', '/proc/version', 'repeat', String(calls)];
  const said = execFileSync('bpftool', ['-j', 'prog', 'run', 'pinned', caller, ...input]);
  return (JSON.parse(said.toString()) as { readonly duration: number }).duration; // what bpftool documents
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

measure();
