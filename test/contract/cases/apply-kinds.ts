import { describe, expect, test } from 'vitest';
import type { DesiredProgram } from '../../../src/state/desired.ts';
import { mapName, objectName } from '../../../src/state/ids.ts';
import type { AttachType } from '../../../src/state/object-info.ts';
import { carryOut, desired, first, look, planFor, slot, withoutCounts } from '../carry-out.ts';
import { countsWhenCalled, layout } from '../scene.ts';
import { calledTarget } from '../world.ts';

const hits = layout.map(objectName('sample'), mapName('hits'));

export function applyKindCases(): void {
  describe('a program that is of another kind in another version', () => {
    const changes: readonly (readonly [from: AttachType, to: AttachType])[] = [
      ['fentry', 'fexit'],
      ['fexit', 'fentry'],
    ];
    test.each(changes)(
      'from %s to %s: the new dispatcher is there before the old one goes',
      async (from, to) => {
        await carryOut(planFor(version(from)));
        const before = look().attachments;

        const report = await carryOut(planFor(version(to)));

        expect(report).toMatchObject({ error: undefined, rollbackErrors: [] });
        const kinds = report.outcomes.map(({ operation }) => operation.kind);
        expect(kinds.slice(0, 3)).toEqual(['load', 'attach', 'detach']);
        expect(before).toMatchObject([{ attachType: from, link: { attachType: from } }]);
        expect(look().attachments).toMatchObject([
          { attachType: to, link: { attachType: to }, usesSlot: true },
        ]);
        expect(planFor(version(to))).toMatchObject({ operations: [], unchanged: 1 });
        expect(countsWhenCalled(hits)).toBe(true);
      },
    );

    test('a failure after all else was done leaves the old link as it was, running', async () => {
      await carryOut(planFor(version('fentry')));
      const before = withoutCounts(look());
      const plan = planFor(version('fexit'));
      const bad = planFor(desired('rejected', [slot('bad', calledTarget, 'attached')]));
      const operations = [...plan.operations, ...bad.operations.slice(0, 1)];

      const report = await carryOut({ ...plan, operations });

      expect(report.error).toMatchObject({
        message: expect.stringMatching(/verifier rejected/) as unknown,
      });
      expect(report.rollbackErrors).toEqual([]);
      expect(withoutCounts(look())).toEqual(before);
      expect(countsWhenCalled(hits)).toBe(true);
    });

    test.each(['fentry', 'fexit'] as const)(
      'ended between attaching and detaching, both run, and the next run goes on to %s',
      async (wanted) => {
        await carryOut(planFor(version('fentry')));
        const [entry] = look().attachments;
        const plan = planFor(version('fexit'));
        await carryOut({ ...plan, operations: plan.operations.slice(0, 2) });
        const both = look().attachments;

        await carryOut(planFor(version(wanted)));

        expect(both).toHaveLength(2);
        expect(both).toContainEqual(entry);
        expect(look().attachments).toEqual(both.filter(({ attachType }) => attachType === wanted));
        expect(planFor(version(wanted))).toMatchObject({ operations: [], unchanged: 1 });
        expect(countsWhenCalled(hits)).toBe(true);
      },
    );

    test.each(['overlap', 'gap'] as const)(
      'and is replaced by %s from then on',
      async (replace) => {
        await carryOut(planFor(version('fentry')));

        await carryOut(planFor(version('fexit', replace)));

        expect(look().attachments).toEqual([]);
        expect(planFor(version('fexit', replace))).toMatchObject({ operations: [], unchanged: 1 });
        expect(countsWhenCalled(hits)).toBe(true);
      },
    );
  });
}

/** `count_first` as it is in each of the two objects. */
function version(attachType: AttachType, replace: DesiredProgram['replace'] = 'exchange') {
  const object = attachType === 'fexit' ? 'counter-fexit' : 'counter';
  return desired(object, [{ ...first, attachType, replace }]);
}
