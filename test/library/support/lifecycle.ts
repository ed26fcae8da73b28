import type { EbpfOptions } from '../../../src/bpf/ebpf.ts';
import { Ebpf } from '../../../src/bpf/ebpf.ts';
import type { TracingProgram } from '../../../src/bpf/programs/tracing-program.ts';
import { objectFile } from './kernel.ts';

/** test/objects/lifecycle: a program of each kind, on calls that `renameFiles` makes. */
export function openObject(options: EbpfOptions = {}): Ebpf {
  return Ebpf.loadFile(objectFile('lifecycle'), options);
}

/** How often a program runs while something is done; the kernel must count runs. */
export function runsOf(program: TracingProgram, call: () => void): bigint {
  const before = program.info().runCount ?? 0n;
  call();
  return (program.info().runCount ?? 0n) - before;
}
