import { describe, expect, test } from 'vitest';
import { objectName, pinPath, programName } from '../../../src/state/ids.ts';
import type { PinPath } from '../../../src/state/ids.ts';
import { carryOut, desired, first, look, planFor, slot, withoutCounts } from '../carry-out.ts';
import {
  entry,
  kernel,
  layout,
  loadOne,
  loadRequest,
  objects,
  programAt,
  root,
  runsWhenCalled,
  world,
} from '../scene.ts';
import { calledTarget } from '../world.ts';
import type { TestObjectName } from '../world.ts';

export function mapCases(): void {
  describe('look', () => {
    test('nothing is there, nor above it', () => {
      expect(kernel.look(pinPath(`${root}/nowhere/at-all`))).toBeUndefined();
    });

    test('a map, a note, a directory, a program', () => {
      const load = loadRequest('counter', 'count_first');
      const { program } = loadOne(load);
      const [hits] = objects.counter.info.maps.filter(({ internal }) => !internal);

      expect(kernel.look(hitsPin)).toMatchObject({ kind: 'map', shape: hits?.shape });
      expect(kernel.look(load.note.pin)).toEqual(entry(load.note.pin));
      expect(kernel.look(layout.directory)).toEqual({ path: layout.directory, kind: 'directory' });
      expect(kernel.look(load.programPin)).toMatchObject({ kind: 'program', program });
    });
  });

  describe('a named map whose definition changes', () => {
    test('stands against the plan, with both shapes', async () => {
      await carryOut(planFor(desired('counter', [first])));

      const { mapChanges } = planFor(desired('counter-changed-map', [first]));

      expect(mapChanges).toMatchObject([
        {
          map: 'hits',
          pin: hitsPin,
          pinned: { type: 'array', valueSize: 8 },
          wanted: { type: 'array', valueSize: 16 },
        },
      ]);
    });

    test('is made anew where it may be, and the new version runs on it', async () => {
      await carryOut(planFor(desired('counter', [first])));
      const before = look().maps[0]?.id;
      const wanted = desired('counter-changed-map', [first], { recreate: true });

      const report = await carryOut(planFor(wanted));

      const [after] = look().maps;
      const pin = programPin('counter-changed-map');
      expect(report.error).toBeUndefined();
      expect(after?.id).not.toBe(before);
      expect(after?.shape.valueSize).toBe(16);
      expect(programAt(pin).mapIds).toContain(after?.id);
      expect(programAt(pin).mapIds).not.toContain(before);
      expect(runsWhenCalled(pin)).toBe(true);
      expect(look().instances).toHaveLength(1);
      expect(planFor(wanted)).toMatchObject({ operations: [], mapChanges: [] });
    });

    test('a failure brings the very map back, and the old version never stopped', async () => {
      await carryOut(planFor(desired('counter', [first])));
      const before = withoutCounts(look());
      const bad = slot('bad', calledTarget, 'attached');
      const recreate = planFor(desired('counter-changed-map', [first], { recreate: true }));
      const { operations } = planFor(desired('rejected', [bad]));
      const failing = operations.filter(({ kind }) => kind === 'load');

      const report = await carryOut({
        ...recreate,
        operations: [...recreate.operations, ...failing],
      });

      expect(report.error).toBeDefined();
      expect(report.rollbackErrors).toEqual([]);
      expect(withoutCounts(look())).toEqual(before);
      expect(runsWhenCalled(programPin('counter'))).toBe(true);
    });
  });

  describe('a map that is shared', () => {
    const shared = pinPath(`${root}/shared/deep/hits`);
    const others = desired('counter', [first], { sharedAt: shared });

    test('is made at its pin, used by who comes later, and stays when both are gone', async () => {
      await carryOut(planFor(others));
      const made = look(others).shared;

      await carryOut(planFor(desired('counter-v2', [first], { sharedAt: shared })));
      const used = programAt(programPin('counter-v2')).mapIds;
      await carryOut(planFor({ ...others, objects: [] }));

      expect(made).toMatchObject([{ path: shared, shape: { type: 'array', maxEntries: 4 } }]);
      expect(used).toContain(made[0] !== undefined && 'id' in made[0] ? made[0].id : 0);
      expect(kernel.look(shared)).toMatchObject({ kind: 'map' });
      expect(look().maps).toEqual([]);
    });

    test('that somebody unpinned is made again, and the program moves to it', async () => {
      await carryOut(planFor(others));
      world.remove(shared);

      const plan = planFor(others);
      await carryOut(plan);

      expect(plan.operations.map(({ reason }) => reason.code)).toContain('map-missing');
      expect(planFor(others).operations).toEqual([]);
    });

    test('in another shape stands against the plan', async () => {
      await carryOut(planFor(others));

      const plan = planFor(desired('counter-changed-map', [first], { sharedAt: shared }));

      expect(plan.mapChanges).toMatchObject([{ pin: shared, isShared: true }]);
    });

    test('whose place holds something else stands against the plan', () => {
      const load = loadRequest('counter', 'count_first');
      loadOne(load);
      world.makeDirectory(pinPath(`${root}/shared/deep`));
      world.copyPin(load.programPin, shared);

      const { conflicts } = planFor(others);

      expect(conflicts).toEqual([{ path: shared, what: 'a program where a map belongs' }]);
    });
  });
}

const hitsPin = layout.map(
  objectName('sample'),
  loadRequest('counter', 'count_first').maps[0]?.name ?? missing(),
);

function programPin(object: TestObjectName): PinPath {
  const { digest } = objects[object].image;
  return layout.program({
    ...first,
    program: programName('count_first'),
    object: objectName('sample'),
    digest,
  });
}

function missing(): never {
  throw new Error('the object has no map');
}
