import { describe, expect, test } from 'vitest';
import type { DesiredProgram } from '../../../src/state/desired.ts';
import { objectName } from '../../../src/state/ids.ts';
import type { PinPath } from '../../../src/state/ids.ts';
import {
  carryOut,
  desired,
  first,
  last,
  look,
  planFor,
  slot,
  withoutCounts,
} from '../carry-out.ts';
import {
  countsWhenCalled,
  kernel,
  layout,
  loadOne,
  loadRequest,
  objects,
  world,
} from '../scene.ts';
import { calledTarget } from '../world.ts';
import type { TestObjectName } from '../world.ts';

const object = objectName('sample');
const byExchange: DesiredProgram = { ...first, replace: 'exchange' };
const { program: called, target, attachType } = first;
const names = { object, program: called, target, attachType };
const linkPin = layout.dispatchLink(names);
const slotPin = layout.dispatchSlot(names);
const hits = layout.map(object, hitsName());

export function applyExchangeCases(): void {
  describe('apply by exchange', () => {
    test('a plan leaves an empty plan, and observe sees what was wanted', async () => {
      await start();

      const { instances, attachments, foreign } = look();
      const [loaded] = instances.flatMap(({ slots }) => slots);
      expect(planFor(desired('counter', [byExchange])).operations).toEqual([]);
      expect(loaded).toMatchObject({ program: 'count_first', link: undefined });
      expect(attachments).toMatchObject([
        { ...names, slot: { programId: loaded?.loaded?.id }, link: { attachType: 'fentry' } },
      ]);
      expect(foreign).toEqual([]);
      expect(countsWhenCalled(hits)).toBe(true);
    });

    test('another version takes the place of the old one, and the link stays', async () => {
      await start();
      const [before] = look().attachments;

      const report = await carryOut(planFor(desired('counter-v2', [byExchange])));

      const [after] = look().attachments;
      expect(report.outcomes.map(({ operation }) => operation.kind)).toEqual([
        'load',
        'exchange',
        ...Array.from({ length: 5 }, () => 'unpin'),
      ]);
      expect(after?.link).toEqual(before?.link);
      expect(after?.slot?.id).toBe(before?.slot?.id);
      expect(after?.slot?.programId).not.toBe(before?.slot?.programId);
      expect(planFor(desired('counter-v2', [byExchange])).operations).toEqual([]);
      expect(countsWhenCalled(hits)).toBe(true);
    });

    test.each(['counter', 'counter-v2'] as const)(
      'a failure after all else was done leaves the old state as it was, running: %s',
      async (version) => {
        await start();
        const before = withoutCounts(look());
        const bad = slot('bad', calledTarget, 'attached');
        const pausedAndExchanged =
          version === 'counter' ? paused() : desired(version, [byExchange]);
        const plan = planFor(pausedAndExchanged);
        const operations = [
          ...plan.operations,
          ...planFor(desired('rejected', [bad])).operations.slice(0, 1),
        ];

        const report = await carryOut({ ...plan, operations });

        expect(report.error).toMatchObject({
          message: expect.stringMatching(/verifier rejected/) as unknown,
        });
        expect(report.rollbackErrors).toEqual([]);
        expect(withoutCounts(look())).toEqual(before);
        expect(countsWhenCalled(hits)).toBe(true);
      },
    );

    test('a slot that was swapped by hand for that of another program is found, and both run again', async () => {
      const other: DesiredProgram = { ...last, state: 'attached', replace: 'exchange' };
      const wanted = desired('counter', [byExchange, other]);
      await carryOut(planFor(wanted));
      world.remove(slotPin);
      world.copyPin(layout.dispatchSlot({ ...names, ...other }), slotPin);

      const broken = look().attachments.map(({ usesSlot }) => usesSlot);
      const { operations } = planFor(wanted);
      await carryOut(planFor(wanted));

      expect(broken).toEqual([false, true]);
      expect(operations.map(({ kind, reason }) => `${kind} ${reason.code}`)).toEqual([
        'detach dispatcher-differs',
        'unpin dispatcher-differs',
        'attach dispatcher-differs',
      ]);
      expect(look().attachments).toMatchObject([{ usesSlot: true }, { usesSlot: true }]);
      expect(planFor(wanted).operations).toEqual([]);
      expect(countsWhenCalled(hits)).toBe(true);
    });

    test('paused and resumed, with the same link', async () => {
      await start();
      const [before] = look().attachments;

      await carryOut(planFor(paused()));
      const whilePaused = countsWhenCalled(hits);
      await carryOut(planFor(desired('counter', [byExchange])));

      expect(whilePaused).toBe(false);
      expect(countsWhenCalled(hits)).toBe(true);
      expect(look().attachments).toEqual([before]);
    });

    test('paused from the beginning, upgraded while paused, and then resumed', async () => {
      await carryOut(planFor(paused()));
      await carryOut(planFor(paused('counter-v2')));
      const whilePaused = [planFor(paused('counter-v2')).operations, countsWhenCalled(hits)];

      await carryOut(planFor(desired('counter-v2', [byExchange])));

      expect(whilePaused).toEqual([[], false]);
      expect(countsWhenCalled(hits)).toBe(true);
    });

    const program = layout.program({ ...names, digest: objects.counter.image.digest });
    const repairs: readonly (readonly [what: string, code: string, harm: () => void])[] = [
      ['an emptied slot', 'slot-empty', () => world.emptySlot(slotPin)],
      ['a slot that holds another program', 'slot-differs', putAnother],
      ['a lost slot', 'slot-missing', () => world.remove(slotPin)],
      ['a lost dispatcher', 'dispatcher-missing', () => world.remove(linkPin)],
      ['a lost slot and a lost dispatcher', 'not-attached', () => removeAll(slotPin, linkPin)],
      ['a lost program', 'program-missing', () => world.remove(program)],
      ['a lost map', 'map-missing', () => world.remove(hits)],
      ['all lost but the map', 'added', () => removeAll(slotPin, linkPin, program)],
    ];
    test.each(repairs)('%s is repaired', async (_, code, harm) => {
      await start();
      harm();

      const plan = planFor(desired('counter', [byExchange]));
      const report = await carryOut(plan);

      expect(report).toMatchObject({ error: undefined, rollbackErrors: [] });
      expect(new Set(plan.operations.map(({ reason }) => reason.code))).toContain(code);
      expect(planFor(desired('counter', [byExchange])).operations).toEqual([]);
      expect(countsWhenCalled(hits)).toBe(true);
    });
  });

  describe('another way of replacing', () => {
    const ways = ['exchange', 'overlap', 'gap'] as const;
    test.each(ways.flatMap((from) => ways.map((to) => [from, to] as const)))(
      'from %s to %s, and another version',
      async (from, to) => {
        await carryOut(planFor(desired('counter', [{ ...first, replace: from }])));
        const there = desired('counter-v2', [{ ...first, replace: to }]);

        const report = await carryOut(planFor(there));

        expect(report).toMatchObject({ error: undefined, rollbackErrors: [] });
        expect(planFor(there)).toMatchObject({ operations: [], unchanged: 1 });
        expect(look().attachments).toHaveLength(to === 'exchange' ? 1 : 0);
        expect(countsWhenCalled(hits)).toBe(true);
      },
    );

    test.skipIf(!world.attachesAgain)(
      'what was detached for a gap is attached again when its successor is refused',
      async () => {
        await carryOut(planFor(desired('counter', [{ ...first, replace: 'gap' }])));
        const before = look();
        const plan = planFor(desired('counter-v2', [{ ...first, replace: 'gap' }]));
        const taken = plan.operations.find(({ kind }) => kind === 'attach')?.pin;
        if (taken === undefined) throw new Error('nothing to attach');
        world.makeDirectory(parentOf(taken));
        world.makeNote(taken, 'in the way');

        const report = await carryOut(plan);
        world.remove(taken);

        expect(report.outcomes.map(({ status }) => status)).toEqual([
          'rolled-back',
          'rolled-back',
          'failed',
          ...Array.from({ length: 5 }, () => 'skipped'),
        ]);
        expect(report.rollbackErrors).toEqual([]);
        expect(look().instances[0]?.slots[0]?.link).toMatchObject({
          programId: before.instances[0]?.slots[0]?.loaded?.id,
        });
        expect(countsWhenCalled(hits)).toBe(true);
      },
    );
  });
}

async function start(): Promise<void> {
  await carryOut(planFor(desired('counter', [byExchange])));
}

function paused(version: TestObjectName = 'counter') {
  return desired(version, [{ ...byExchange, state: 'paused' }]);
}

/** A program of the same object that is wanted nowhere. */
function putAnother(): void {
  const load = loadRequest('counter', 'count_second', calledTarget);
  loadOne(load);
  const [attachment] = look().attachments;
  const id = attachment?.slot?.programId ?? 0;
  kernel.exchange({ slotPin, from: { id, pin: undefined }, to: load }).release();
}

function removeAll(...pins: readonly PinPath[]): void {
  for (const pin of pins) world.remove(pin);
}

function parentOf(pin: PinPath): PinPath {
  return pin.slice(0, pin.lastIndexOf('/')) as PinPath; // a parent of an absolute path below the root is one too
}

function hitsName() {
  const map = objects.counter.info.maps.find(({ name }) => name === 'hits');
  if (map === undefined) throw new Error('no map "hits"');
  return map.name;
}
