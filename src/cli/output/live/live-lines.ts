import type { LiveProgram, View } from '../../live/view.ts';
import { toJsonLine } from '../json.ts';
import { printable } from '../printable.ts';

/**
 * For a pipe: a line for each program, with tabs between the columns, and nothing cut: time, name, program, target, state, runs per
 * second, nanoseconds per run, problem.
 */
export function liveLines({ time, programs }: View): string {
  return programs.map((program) => `${fieldsOf(time, program).join('\t')}\n`).join('');
}

function fieldsOf(time: Date, program: LiveProgram): readonly string[] {
  const { name, object, target, state, runsPerSecond, nsPerRun, problem } = program;
  return [
    time.toISOString(),
    name,
    `${object}/${program.program}`,
    target,
    state,
    runsPerSecond?.toFixed(1) ?? '-',
    nsPerRun?.toFixed(0) ?? '-',
    problem ?? '-',
  ].map(printable);
}

/** For programs: a line for each moment, under the names that `status --json` has. */
export function liveJson({ time, seconds, isCounting, programs }: View): string {
  return toJsonLine({
    time: time.toISOString(),
    seconds: rounded(seconds, 3),
    run_statistics: isCounting,
    programs: programs.map((one) => ({
      name: one.name,
      object: one.object,
      program: one.program,
      target: one.target,
      state: one.state,
      problem: one.problem,
      counted_id: one.countedId,
      run_cnt: one.runs?.count,
      run_time_ns: one.runs?.timeNs,
      runs_per_second: rounded(one.runsPerSecond, 3),
      ns_per_run: rounded(one.nsPerRun, 1),
    })),
  });
}

function rounded(value: number | undefined, digits: number): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}
