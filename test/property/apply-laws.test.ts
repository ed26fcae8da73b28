import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/apply/apply.ts';
import { observe } from '../../src/apply/observe.ts';
import { sweep } from '../../src/apply/sweep.ts';
import { diffToNothing } from '../../src/plan/diff.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import { isSameShape } from '../../src/state/map-shape.ts';
import type { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import {
  all,
  carryOut,
  converged,
  isPin,
  kindOf,
  planFor,
  shape,
  slotOf,
  wantedSlots,
  withoutNotes,
} from './convergence.ts';
import {
  doubled,
  exchanged,
  gapped,
  gaps,
  remadeLinks,
  repairedSlots,
  runningSlots,
  stopped,
  timesIn,
  without,
  withoutLinks,
} from './slots.ts';
import { foreignPlaces, situation } from './start.ts';
import { desiredState, images, layout, name, sharedPin } from './universe.ts';

describe('applying a plan', () => {
  test('leaves an empty plan, and exactly what is wanted runs, as the kind that is wanted', async () => {
    await forAll(150, async (start, desired) => {
      const { kernel, report } = await converged(start, desired);

      expect(report).toMatchObject({ error: undefined, rollbackErrors: [] });
      expect(planFor(kernel, desired)).toMatchObject({ operations: [], conflicts: [] });
      expect(runningSlots(kernel, kindOf)).toEqual(wantedSlots(desired, kindOf).toSorted());
    });
  });

  test('every program uses the very maps that are pinned', async () => {
    await forAll(150, async (start, desired) => {
      const { kernel } = await converged(start, desired);
      const { tree } = kernel.machine.state;
      const things = [...tree].flatMap(([path, entry]) =>
        entry.kind === 'pin' && !foreignPlaces.includes(path) ? [entry.thing] : [],
      );

      const used = things.flatMap((thing) => (thing.kind === 'program' ? thing.maps : []));

      expect(used.filter((map) => !things.includes(map))).toEqual([]);
    });
  });

  test('a second time does nothing', async () => {
    await forAll(100, async (start, desired) => {
      const once = await converged(start, desired);

      const twice = await converged(once.kernel, desired);

      expect(twice.report.outcomes).toEqual([]);
      expect(twice.kernel.machine.faults.steps).toEqual([]);
      expect(all(twice.kernel)).toEqual(all(once.kernel));
    });
  });

  test('leaves no gap: what ran before and is wanted runs at every step', async () => {
    await forAll(150, async (start, desired) => {
      const { kernel, plan } = await converged(start, desired);

      expect(without(gaps(start, kernel, desired), gapped(plan))).toEqual([]);
    });
  });

  test('what is replaced with a gap never runs twice', async () => {
    await forAll(300, async (start, desired) => {
      const { kernel, plan } = await converged(start, desired);

      expect(doubled(start, kernel).filter((slot) => gapped(plan).has(slot))).toEqual([]);
    });
  });

  test('what is only exchanged runs exactly once at every step', async () => {
    await forAll(300, async (start, desired) => {
      const { kernel, plan } = await converged(start, desired);
      const before = runningSlots(start);

      const once = exchanged(plan).filter((slot) => timesIn(before, slot) === 1);
      const counts = kernel.machine.history.flatMap((now) =>
        once.map((slot) => timesIn(now.map(slotOf), slot)),
      );

      expect(counts.filter((times) => times !== 1)).toEqual([]);
    });
  });

  test('touches nothing that needs no change', async () => {
    await forAll(100, async (start, desired) => {
      const { kernel, plan } = await converged(start, desired);

      const changed = plan.operations.map(({ pin }) => pin);
      const kept = start
        .read(layout.root)
        .filter((entry) => isPin(entry) && !changed.includes(entry.path));
      expect(kernel.read(layout.root)).toEqual(expect.arrayContaining([...kept]));
    });
  });

  test('leaves foreign things alone', async () => {
    await forAll(100, async (start, desired) => {
      const { kernel } = await converged(start, desired);

      expect(foreignIn(kernel)).toEqual(foreignIn(start));
    });
  });
});

describe('killed and resumed', () => {
  test('after any number of operations: the end is the same', async () => {
    await forAll(50, async (start, desired) => {
      const whole = await converged(start, desired);
      for (const count of whole.plan.operations.keys()) {
        const kernel = start.afterDeath();
        carryOut(kernel, whole.plan.operations.slice(0, count));

        const resumed = await converged(kernel, desired);

        expect(shape(resumed.kernel)).toEqual(shape(whole.kernel));
      }
    });
  });

  test('before any step: the end is the same, and what was only replaced ran all the time', async () => {
    await forAll(100, async (start, desired) => {
      const whole = await converged(start, desired);
      const repaired = repairedSlots(whole.plan.operations);
      for (const at of whole.kernel.machine.faults.steps.keys()) {
        const crashed = await converged(start, desired, { kind: 'crash', at });
        const survivor = crashed.kernel.afterDeath();
        const resumed = await converged(survivor, desired);

        expect(crashed.kernel.machine.faults.hasCrashed).toBe(true);
        expect(shape(resumed.kernel)).toEqual(shape(whole.kernel));
        const lost = [...gaps(start, survivor, desired), ...gaps(start, resumed.kernel, desired)];
        expect(without(without(lost, repaired), gapped(whole.plan))).toEqual([]);
      }
    });
  });

  test('before any step, and then something else is wanted: the end is the same', async () => {
    await forAll(
      300,
      async (start, desired, [other, nth]) => {
        const { kernel } = await converged(start, desired);
        const at = nth % Math.max(1, kernel.machine.faults.steps.length);
        const crashed = await converged(start, desired, { kind: 'crash', at });

        const resumed = await converged(crashed.kernel, other);

        const direct = await converged(kernel, other);
        expect(withoutNotes(shape(resumed.kernel))).toEqual(withoutNotes(shape(direct.kernel)));
      },
      fc.tuple(desiredState, fc.nat(200)),
    );
  });
});

describe('refused at one step', () => {
  test('all is as before, and what ran never stopped', async () => {
    await forAll(50, async (start, desired) => {
      const swept = start.afterDeath();
      sweep(swept, layout);
      const { kernel, plan } = await converged(start, desired);
      for (const [at, { canFail }] of kernel.machine.faults.steps.entries()) {
        if (!canFail) continue;
        const failed = await converged(start, desired, { kind: 'fail', at });

        expect(failed.report.rollbackErrors).toEqual([]);
        expect(failed.report.error).toMatchObject({
          message: expect.stringMatching(/injected/) as unknown,
        });
        expect(failed.report.outcomes).toHaveLength(plan.operations.length);
        const remade = remadeLinks(plan);
        expect(withoutLinks(failed.kernel, remade)).toEqual(withoutLinks(swept, remade));
        expect(without(stopped(start, failed.kernel), gapped(plan))).toEqual([]);
        expect(doubled(start, failed.kernel).filter((slot) => gapped(plan).has(slot))).toEqual([]);
      }
    });
  });
});

describe('a map in another shape', () => {
  test('that may not be made anew stands against the plan, and nothing else does', async () => {
    await forAll(300, async (start, desired) => {
      const kept = withoutRecreate(desired);
      const { kernel } = await converged(start, desired);
      const wanted = new Map(kept.objects.map((object) => [object.name, object.maps]));
      const differing = observe(start, layout, name).maps.filter(
        ({ object, name: map, shape: of }) =>
          wanted
            .get(object)
            ?.some(
              (one) =>
                one.name === map && one.sharedAt === undefined && !isSameShape(one.shape, of),
            ),
      );

      const { mapChanges } = planFor(start, kept);

      expect(mapChanges.map(({ object, map }) => `${object} ${map}`).toSorted()).toEqual(
        differing.map(({ object, name: map }) => `${object} ${map}`).toSorted(),
      );
      expect(planFor(kernel, kept).mapChanges).toEqual([]);
    });
  });

  test('is made anew only there: the others keep their ids, and so their content', async () => {
    await forAll(150, async (start, desired) => {
      const before = observe(start, layout, name).maps;
      const changed = planFor(start, withoutRecreate(desired)).mapChanges.map(({ pin }) => pin);
      const { kernel, plan } = await converged(start, desired);

      const after = new Set(observe(kernel, layout, name).maps.map(({ id }) => id));

      const gone = before.filter(({ id }) => !after.has(id));
      const unpinned = plan.operations
        .filter((operation) => operation.kind === 'unpin' && operation.what === 'map')
        .map(({ pin }) => pin);
      const pinsGone = gone.map(({ object, name: map }) => layout.map(object, map));
      expect(unpinned).toEqual(expect.arrayContaining(pinsGone));
      expect(pinsGone).toEqual(expect.arrayContaining([...changed]));
    });
  });
});

describe('destroy', () => {
  test('leaves nothing but foreign things, and no directory that is not theirs', async () => {
    await forAll(100, async (start) => {
      const kernel = start.afterDeath();
      const foreign = foreignIn(kernel);

      const plan = diffToNothing(layout, observe(kernel, layout, name));
      const report = await apply(kernel, plan, images);
      sweep(kernel, layout);

      expect(report.error).toBeUndefined();
      expect(kernel.machine.running()).toEqual([]);
      expect(kernel.look(sharedPin)).toEqual(start.look(sharedPin));
      const left = kernel.read(layout.root);
      expect(foreignIn(kernel)).toEqual(foreign);
      expect(left.filter((entry) => isPin(entry) && !foreignPlaces.includes(entry.path))).toEqual(
        [],
      );
      const needed = left.filter(({ path }) =>
        foreignPlaces.some((place) => `${place}/`.startsWith(`${path}/`)),
      );
      expect(left).toEqual(needed);
    });
  });
});

async function forAll<Extra = undefined>(
  numRuns: number,
  law: (start: MemoryKernel, desired: DesiredState, extra: Extra) => Promise<void>,
  extra: fc.Arbitrary<Extra> = fc.constant(undefined as Extra),
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(situation, extra, ([start, desired], also) => law(start, desired, also)),
    { numRuns },
  );
}

function withoutRecreate(desired: DesiredState): DesiredState {
  const objects = desired.objects.map((object) => {
    return { ...object, maps: object.maps.map((map) => ({ ...map, recreate: false })) };
  });
  return { ...desired, objects };
}

function foreignIn(kernel: MemoryKernel): unknown {
  return kernel.read(layout.root).filter(({ path }) => foreignPlaces.includes(path));
}
