import { isDeepStrictEqual } from 'node:util';
import { lstatSync } from 'node:fs';
import type { Outcome } from '../../src/apply/apply.ts';
import type { Convergence } from '../../src/converge.ts';
import { survey, planToDestroy } from '../../src/converge.ts';
import { manifestName } from '../../src/state/ids.ts';
import { converge } from './converging.ts';
import type { ErrnoName } from './errnos.ts';
import { layout, look, strayIds, union } from './look.ts';
import { atPoints, failing } from './points.ts';
import type { Bystanders, Start } from './recovery.ts';
import { recover, startOf, text, undisturbed } from './recovery.ts';
import type { State } from './states.ts';
import { kernel, name } from './states.ts';
import type { Result } from './tally.ts';

/** A call that fails; `later`: and so do all after it that can fail so. */
export interface Failure {
  readonly kind: 'fail';
  readonly at: number;
  readonly errno: ErrnoName;
  readonly later: boolean;
}

/** How a run that was hurt ended. */
type Ended = { readonly convergence: Convergence } | { readonly thrown: unknown };

/** Has calls fail, and tells whether what the run says is so, and whether the next one makes all good. */
export async function tryFailure(
  { at, errno, later }: Failure,
  from: State,
  to: State,
  bystanders: Bystanders,
): Promise<Result> {
  const start = startOf(from, to, bystanders);
  let ended: Ended = { thrown: undefined };
  const inject = failing(at, errno, later);
  await atPoints(inject, async () => {
    ended = await ending(to);
  });
  bystanders.foreign.call();
  const { outcome, problems } = await judge(ended, { start, from, to, later, bystanders });
  return { outcome, problems: [...problems, ...(await recover(to, start, bystanders))] };
}

async function ending(to: State): Promise<Ended> {
  try {
    return { convergence: await converge(to) };
  } catch (thrown) {
    return { thrown };
  }
}

interface Case {
  readonly start: Start;
  readonly from: State;
  readonly to: State;
  readonly later: boolean;
  readonly bystanders: Bystanders;
}

async function judge(ended: Ended, its: Case): Promise<Result> {
  if ('thrown' in ended) {
    const problems = its.later ? [] : await asBefore(its, 'refused');
    return { outcome: 'refused', problems: [...plainErrors(ended.thrown), ...problems] };
  }
  const { report } = ended.convergence;
  const statuses = report.outcomes.map(({ status }) => status);
  const lies = [...report.outcomes.flatMap(untrue), ...plainErrors(report.error)];
  if (report.error === undefined) {
    return { outcome: 'succeeded', problems: [...lies, ...left(its.to, 'success')] };
  }
  if (statuses.every((status) => status === 'done')) {
    return { outcome: 'done, with an error', problems: [...lies, ...left(its.to, 'done')] };
  }
  if (statuses.includes('done')) return { outcome: 'in part', problems: lies };
  if (report.rollbackErrors.length > 0) return { outcome: 'in part', problems: lies };
  const failures = statuses.filter((status) => status === 'failed').length;
  const count = failures === 1 ? [] : [`${failures} operations failed`];
  return {
    outcome: 'rolled back',
    problems: [...lies, ...count, ...(await asBefore(its, 'rolled back'))],
  };
}

/** The earlier state runs on, with the same ids, and nothing that the run made is left. */
async function asBefore({ start, bystanders }: Case, said: string): Promise<readonly string[]> {
  const now = look();
  const stray = await strayIds(union(bystanders.ids, start.looked.ids));
  return [
    ...(isDeepStrictEqual(now.ids, start.looked.ids) ? [] : [`${said}, but not as before`]),
    ...(isDeepStrictEqual(now.slots, start.looked.slots) ? [] : [`${said}, but other slots`]),
    ...(isDeepStrictEqual(now.links, start.looked.links) ? [] : [`${said}, but with other links`]),
    ...(stray === undefined ? [] : [`${said}, but the kernel has: ${stray}`]),
    ...undisturbed(start, now, bystanders.foreign).map((what) => `${said}, but ${what}`),
  ];
}

/** What a success has left to do. */
function left(to: State, said: string): readonly string[] {
  const plan =
    to === undefined ? planToDestroy(kernel, layout, manifestName(name)) : survey(kernel, to).plan;
  const [first] = plan.operations;
  return first === undefined ? [] : [`${said}, but ${first.kind} "${first.pin}" is left to do`];
}

/** Whether an operation that says that it was rolled back, or was not tried, left no trace. */
function untrue({ operation, status }: Outcome): readonly string[] {
  if (status !== 'rolled-back' && status !== 'skipped') return [];
  const isThere = lstatSync(operation.pin, { throwIfNoEntry: false }) !== undefined;
  const makes = ['load', 'attach', 'protect'].includes(operation.kind);
  if (makes !== isThere) return [];
  return [
    `${operation.kind} "${operation.pin}" is ${status}, but the pin is ${isThere ? 'there' : 'gone'}`,
  ];
}

/** What is no error of ours would end the command as a bug. */
function plainErrors(error: unknown): readonly string[] {
  return error === undefined || (error instanceof Error && 'exitStatus' in error)
    ? []
    : [`a bug, by its error: ${text(error)}`];
}
