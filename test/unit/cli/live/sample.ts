import type { Sample, Sampled } from '../../../../src/cli/live/sample.ts';
import type { LiveProgram, View } from '../../../../src/cli/live/view.ts';

/** A program that ran so often, 100 ns each. */
export function counted(countedId: number | undefined, count: number | undefined): Sampled {
  return {
    name: 'audit',
    object: 'opens',
    program: `program_${countedId}`,
    target: 'vfs_open',
    state: 'attached',
    problem: undefined,
    countedId,
    runs: count === undefined ? undefined : { count: BigInt(count), timeNs: BigInt(count * 100) },
  };
}

export function sample(atMs: number, ...programs: readonly Sampled[]): Sample {
  return { atMs, programs };
}

export function live(part: Partial<LiveProgram> = {}): LiveProgram {
  return { ...counted(7, 30), runsPerSecond: 10, nsPerRun: 100, history: [0, 5, 10], ...part };
}

export function view(...programs: readonly LiveProgram[]): View {
  return {
    time: new Date(Date.UTC(2024, 0, 1, 0, 0, 5, 250)),
    seconds: 1,
    programs,
    isCounting: true,
  };
}
