import { describe, expect, test } from 'vitest';
import { apply } from '../../../src/apply/apply.ts';
import { observe } from '../../../src/apply/observe.ts';
import { sweep } from '../../../src/apply/sweep.ts';
import { diff, diffToNothing } from '../../../src/plan/diff.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type {
  DesiredMap,
  DesiredObject,
  DesiredProgram,
  DesiredState,
} from '../../../src/state/desired.ts';
import { sharedPinsOf } from '../../../src/state/desired.ts';
import {
  kernelFunction,
  manifestName,
  objectName,
  pinPath,
  programName,
} from '../../../src/state/ids.ts';
import type { PinPath } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { kernel, layout, objects, programAt, root, runsWhenCalled, told, world } from '../scene.ts';
import { calledTarget } from '../world.ts';
import type { TestObjectName } from '../world.ts';

const name = manifestName('sample');

export function applyCases(): void {
  describe('apply', () => {
    test('a plan leaves an empty plan, and observe sees what was wanted', async () => {
      const wanted = desired('counter', [first, last]);

      await carryOut(planFor(wanted));

      const { instances, maps, foreign } = look();
      expect(planFor(wanted)).toMatchObject({ operations: [], unchanged: 2 });
      expect(instances).toMatchObject([
        {
          object: 'sample',
          digest: objects.counter.image.digest,
          source: objects.counter.image.file,
          internalMaps: [{ name: '.bss' }, { name: '.data' }, { name: '.rodata' }],
          slots: [
            {
              program: 'count_first',
              target: calledTarget,
              link: { targetBtfId: told(world.tellsTargetOfLink, first.targetBtfId) },
            },
            { program: 'count_second', target: 'vfs_rmdir', link: undefined },
          ],
        },
      ]);
      expect(maps).toMatchObject([{ object: 'sample', name: 'hits' }]);
      expect(foreign).toEqual([]);
    });

    test('another version takes the place of the old one and keeps its named map', async () => {
      await carryOut(planFor(desired('counter', [first])));
      const before = look();

      await carryOut(planFor(desired('counter-v2', [first])));

      const { instances, maps } = look();
      const id = { ...first, object: objectName('sample') };
      const pin = layout.program({ ...id, digest: objects['counter-v2'].image.digest });
      expect(maps).toEqual(before.maps);
      expect(instances.map(({ digest }) => digest)).toEqual([objects['counter-v2'].image.digest]);
      expect(runsWhenCalled(pin)).toBe(true);
      expect(world.exists(layout.note({ ...id, digest: objects.counter.image.digest }))).toBe(
        false,
      );
    });

    test('a failure leaves the old state as it was, running', async () => {
      await carryOut(planFor(desired('counter', [first, last])));
      const before = withoutCounts(look());
      const bad = { ...first, program: programName('bad') };

      const report = await carryOut(planFor(desired('rejected', [bad])));

      expect(report.error).toMatchObject({
        message: expect.stringMatching(/verifier rejected/) as unknown,
      });
      expect(report.rollbackErrors).toEqual([]);
      expect(withoutCounts(look())).toEqual(before);
      const id = { ...first, object: objectName('sample'), digest: objects.counter.image.digest };
      expect(runsWhenCalled(layout.program(id))).toBe(true);
    });

    const repairs = [
      // before Linux 5.13 what was attached once cannot be attached again
      ...(world.attachesAgain ? [['link', 'not-attached', ['attach']] as const] : []),
      ['program', 'program-missing', ['detach', 'load', 'attach']],
      ['map', 'map-missing', ['detach', 'unpin', 'load', 'attach']],
    ] as const;
    test.each(repairs)('a %s that was unpinned by hand is replaced', async (what, code, kinds) => {
      const wanted = desired('counter', [first]);
      await carryOut(planFor(wanted));
      const id = { ...first, object: objectName('sample'), digest: objects.counter.image.digest };
      const [map] = look().maps;
      if (map === undefined) throw new Error('no map');
      const pins = {
        link: layout.link(id),
        program: layout.program(id),
        map: layout.map(map.object, map.name),
      };
      world.remove(pins[what]);

      const plan = planFor(wanted);
      await carryOut(plan);

      expect(plan.operations.map(({ kind }) => kind)).toEqual(kinds);
      expect(plan.operations.map(({ reason }) => reason.code)).toEqual(kinds.map(() => code));
      expect(planFor(wanted).operations).toEqual([]);
      expect(runsWhenCalled(layout.program(id))).toBe(true);
    });

    test('a program that is left on a map without a pin, while another is pinned there, is loaded again', async () => {
      const wanted = desired('counter', [first]);
      await carryOut(planFor(wanted));
      const [map] = look().maps;
      if (map === undefined) throw new Error('no map');
      world.remove(layout.map(map.object, map.name));
      const upgrade = planFor(desired('counter-v2', [first]));
      await carryOut({ ...upgrade, operations: upgrade.operations.slice(0, 1) }); // killed after its load

      const plan = planFor(wanted);
      await carryOut(plan);

      expect(plan.operations.slice(0, 4)).toMatchObject(
        ['detach', 'unpin', 'load', 'attach'].map((kind) => ({
          kind,
          reason: { code: 'map-differs', mapId: map.id },
        })),
      );
      expect(planFor(wanted).operations).toEqual([]);
      expect(programAt(firstPin()).mapIds).toContain(look().maps[0]?.id);
    });

    test('protection comes and goes without the program', async () => {
      await carryOut(planFor(desired('counter', [first])));
      const before = programAt(firstPin()).id;

      await carryOut(planFor(desired('counter', [{ ...first, protect: true }])));
      const marked = look().instances[0]?.slots;
      await carryOut(planFor(desired('counter', [first])));
      const unmarked = look().instances[0]?.slots;

      expect(marked).toMatchObject([{ protected: true, loaded: { id: before } }]);
      expect(unmarked).toMatchObject([{ protected: false, loaded: { id: before } }]);
      expect(runsWhenCalled(firstPin())).toBe(true);
    });

    test('protection that is rolled back is not there', async () => {
      const bad = slot('bad', calledTarget, 'attached');
      await carryOut(planFor(desired('counter', [first])));
      const before = look();
      const protectThenFail = [
        ...planFor(desired('counter', [{ ...first, protect: true }])).operations,
        ...planFor(desired('rejected', [bad])).operations,
      ];

      const report = await carryOut({
        ...planFor(desired('counter', [first])),
        operations: protectThenFail,
      });

      expect(report.error).toBeDefined();
      expect(withoutCounts(look())).toEqual(withoutCounts(before));
    });

    test('destroy leaves nothing but what is foreign', async () => {
      await carryOut(planFor(desired('counter', [first, last])));
      const foreign = pinPath(`${layout.directory}/foreign`);
      world.makeDirectory(foreign);
      world.makeNote(pinPath(`${foreign}/note`), 'text');

      await carryOut(diffToNothing(layout, look()));

      expect(kernel.read(root).map(({ path }) => path)).toEqual([
        layout.directory,
        foreign,
        `${foreign}/note`,
      ]);
    });

    test('destroy of all removes the root', async () => {
      await carryOut(planFor(desired('counter', [first, last])));

      await carryOut(diffToNothing(layout, look()));

      expect(world.exists(root)).toBe(false);
    });
  });
}

export const first = slot('count_first', calledTarget, 'attached');
const last = slot('count_second', 'vfs_rmdir', 'loaded');

export function slot(
  program: string,
  target: string,
  state: DesiredProgram['state'],
): DesiredProgram {
  const names = { program: programName(program), target: kernelFunction(target) };
  return {
    ...names,
    targetBtfId: world.btfIdOf(target),
    attachType: 'fentry',
    state,
    protect: false,
  };
}

/** Where the first program is pinned. */
function firstPin(): PinPath {
  const { digest } = objects.counter.image;
  return layout.program({ ...first, object: objectName('sample'), digest });
}

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
  return { name, objects: [wanted], maxDetach: undefined };
}

export function look(wanted?: DesiredState): ObservedState {
  return observe(kernel, layout, name, wanted === undefined ? [] : sharedPinsOf(wanted));
}

export function planFor(wanted: DesiredState): Plan {
  return diff(layout, wanted, look(wanted));
}

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
