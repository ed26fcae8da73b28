import type { StatusRow } from '../status-rows.ts';

/** One program on one target at one moment. */
export interface Sampled {
  /** Of its manifest. */
  readonly name: string;
  readonly object: string;
  readonly program: string;
  readonly target: string;
  readonly state: StatusRow['state'];
  readonly problem: string | undefined;
  /** What the kernel counts on: the program, or the dispatcher that runs it; `undefined` for what is not there. */
  readonly countedId: number | undefined;
  /** `undefined` where it could not be read. */
  readonly runs: { readonly count: bigint; readonly timeNs: bigint } | undefined;
}

/** All of them at one moment. */
export interface Sample {
  /** Milliseconds by a clock that nobody sets. */
  readonly atMs: number;
  readonly programs: readonly Sampled[];
}

/** A row of `status` as a sample. What runs by a tail call is not counted, its dispatcher is. */
export function sampled(name: string, row: StatusRow): Sampled {
  const { object, program, target, state, problem } = row;
  const { runCount: count, runTimeNs: timeNs } = row.runs ?? {};
  const runs = count === undefined || timeNs === undefined ? undefined : { count, timeNs };
  return { name, object, program, target, state, problem, countedId: countedIdOf(row), runs };
}

/** The id of the program that the kernel counts on for a row. */
export function countedIdOf({ slot, attachment }: StatusRow): number | undefined {
  if (slot?.link !== undefined) return slot.loaded?.id;
  return attachment?.link?.programId ?? slot?.loaded?.id;
}
