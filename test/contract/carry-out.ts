import { apply } from '../../src/apply/apply.ts';
import { observe } from '../../src/apply/observe.ts';
import { sweep } from '../../src/apply/sweep.ts';
import { diff } from '../../src/plan/diff.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type {
  DesiredMap,
  DesiredObject,
  DesiredProgram,
  DesiredState,
} from '../../src/state/desired.ts';
import { sharedPinsOf } from '../../src/state/desired.ts';
import { kernelFunction, manifestName, objectName, programName } from '../../src/state/ids.ts';
import type { ObservedState } from '../../src/state/observed.ts';
import { kernel, layout, objects, world } from './scene.ts';
import { calledTarget } from './world.ts';
import type { TestObjectName } from './world.ts';

const name = manifestName('sample');

export const first = slot('count_first', calledTarget, 'attached');
export const last = slot('count_second', 'vfs_rmdir', 'loaded');

/** One program on one target, as a manifest would ask for it. */
export function slot(
  program: string,
  target: string,
  state: DesiredProgram['state'],
): DesiredProgram {
  const names = { program: programName(program), target: kernelFunction(target) };
  return {
    ...names,
    targetBtfId: world.btfIdOf(target),
    home: undefined,
    attachType: 'fentry',
    state,
    replace: 'overlap',
    protect: false,
  };
}

/** One object of test/objects, under the name `sample`; `maps` says what its maps are to be otherwise. */
export function desired(
  object: TestObjectName,
  programs: readonly DesiredProgram[],
  maps: Partial<Pick<DesiredMap, 'sharedAt' | 'recreate'>> = {},
): DesiredState {
  const { image, info } = objects[object];
  const all = info.maps.map(({ name: called, internal, shape }) => ({
    name: called,
    internal,
    shape,
    sharedAt: internal ? undefined : maps.sharedAt,
    recreate: maps.recreate ?? false,
  }));
  const wanted: DesiredObject = { ...image, name: objectName('sample'), maps: all, programs };
  return { name, objects: [wanted], expansions: [], maxDetach: undefined };
}

/** What is pinned; with what the wanted state shares, if there is one. */
export function look(wanted?: DesiredState): ObservedState {
  return observe(kernel, layout, name, wanted === undefined ? [] : sharedPinsOf(wanted));
}

/** What would be done about it. */
export function planFor(wanted: DesiredState): Plan {
  return diff(layout, wanted, look(wanted));
}

/** Apply and sweep, as `converge` does. */
export async function carryOut(plan: Plan) {
  const images = new Map(Object.values(objects).map(({ image }) => [image.digest, image]));
  const report = await apply(kernel, plan, images);
  sweep(kernel, layout);
  return report;
}

/** Run counts grow by themselves. */
export function withoutCounts(state: ObservedState): unknown {
  return JSON.parse(
    JSON.stringify(state, (key, value: unknown) =>
      key.startsWith('run') || typeof value === 'bigint' ? undefined : value,
    ),
  );
}
