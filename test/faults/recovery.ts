import { isDeepStrictEqual } from 'node:util';
import { converge } from './converging.ts';
import type { Foreign } from './foreign.ts';
import type { KernelIds } from './kernel-ids.ts';
import { kernelIds } from './kernel-ids.ts';
import type { Counts, Look } from './look.ts';
import { counts, look, strayIds, union } from './look.ts';
import type { State } from './states.ts';
import type { Kept, Place } from './transitions.ts';
import { keptBy } from './transitions.ts';

/** What others have, and who calls the targets. */
export interface Bystanders {
  readonly foreign: Foreign;
  readonly ids: KernelIds;
}

/** Before an edit: what there is, what the edit must not disturb, and what that saw. */
export interface Start {
  readonly kept: Kept;
  readonly looked: Look;
  readonly counted: Counts;
}

export function startOf(from: State, to: State, { foreign }: Bystanders): Start {
  const kept = keptBy(from, to);
  const looked = look();
  return { kept, looked, counted: counts(foreign, [...kept.once, ...kept.atLeastOnce]) };
}

/**
 * What is wrong after a run that was hurt, if anything: the next one must reach the state, and one more must change
 * nothing; the kernel has the state's things and those of others, no more; what the edit must not disturb kept its link
 * and missed no call.
 */
export async function recover(
  to: State,
  start: Start,
  bystanders: Bystanders,
): Promise<readonly string[]> {
  const next = await converge(to);
  const after = look();
  const stray = await strayIds(union(bystanders.ids, after.ids));
  const reached = kernelIds();
  const again = await converge(to);
  const isSame = isDeepStrictEqual(kernelIds(), reached);
  bystanders.foreign.call();
  return [
    ...(next.report.error === undefined ? [] : [`the next run fails: ${text(next.report.error)}`]),
    ...(stray === undefined ? [] : [`the kernel is left with other things: ${stray}`]),
    ...(again.plan.operations.length === 0 ? [] : ['the run after the next changes something']),
    ...(isSame ? [] : ['ids change without a reason']),
    ...(after.openFds === start.looked.openFds ? [] : ['fds are left open']),
    ...undisturbed(start, after, bystanders.foreign),
  ];
}

/** Links that changed, and calls that were missed or seen twice. */
export function undisturbed({ kept, looked, counted }: Start, after: Look, foreign: Foreign) {
  const all = [...kept.once, ...kept.atLeastOnce];
  const now = counts(foreign, all);
  const made = now.made - counted.made;
  const seenBy = ({ key }: Place): number =>
    (now.seen.get(key) ?? Number.NaN) - (counted.seen.get(key) ?? Number.NaN);
  return [
    ...kept.once
      .filter(({ key }) => looked.links.get(key) !== after.links.get(key))
      .map(({ key }) => `"${key}" has another link`),
    ...kept.once
      .filter((place) => seenBy(place) !== made)
      .map((place) => `"${place.key}" saw ${seenBy(place)} of ${made} calls`),
    ...kept.atLeastOnce
      .filter((place) => !(seenBy(place) >= made))
      .map((place) => `"${place.key}" saw only ${seenBy(place)} of ${made} calls`),
  ];
}

export function text(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
