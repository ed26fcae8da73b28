import type { Kernel } from '../apply/kernel.ts';
import type { StatusRow } from './status-rows.ts';

/** What runs by a tail call is not counted, its dispatcher is (kernel/bpf/trampoline.c, __bpf_prog_exit). */
export function withRuns(kernel: Pick<Kernel, 'runsOf'>, row: StatusRow): StatusRow {
  const dispatcher = row.attachment?.link?.programId;
  if (dispatcher === undefined || row.slot?.link !== undefined) return row;
  return { ...row, runs: kernel.runsOf(dispatcher) };
}
