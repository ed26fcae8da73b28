import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { observe } from '../../src/apply/observe.ts';
import { RefusedError } from '../../src/base/errors.ts';
import type { Wanted } from '../../src/converge.ts';
import { convergeTo } from '../../src/converge.ts';
import { diffToNothing } from '../../src/plan/diff.ts';
import { guard, refusalsOf } from '../../src/plan/guard.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import type { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import { all, carryOut, planFor, shape, slotOf, wantedSlots } from './convergence.ts';
import { gapped, without } from './slots.ts';
import { situation } from './start.ts';
import { detachLimit, images, layout, name } from './universe.ts';

describe('the guard', () => {
  test('lets pass whatever detaches nothing', () => {
    forAll(500, (start, desired) => {
      const plan = planFor(start, desired);
      if (plan.operations.some(({ kind }) => kind === 'detach' || kind === 'pause')) return;

      expect(refusalsOf(plan)).toEqual([]);
    });
  });

  test('counts what a program watches less than before, whatever became of versions and objects', () => {
    forAll(500, (start, desired) => {
      const before = runningIn(start);

      const { losses } = planFor(start, desired);

      expect(losses.attached).toBe(before.length);
      expect(losses.lost).toHaveLength(countLost(before, wantedSlots(desired)));
    });
  });

  test('never lets the last program go by itself', () => {
    forAll(500, (start, desired) => {
      const isLast = runningIn(start).length > 0 && wantedSlots(desired).length === 0;
      const plan = planFor(start, { ...desired, maxDetach: undefined });
      if (isLast) expect(() => guard(plan, false)).toThrow(/it would detach/);
    });
  });

  test('lets no protected program go by itself, neither by apply nor by destroy', () => {
    forAll(500, (start, desired) => {
      const marked = protectedIn(start);
      const isKept = marked.every((slot) => wantedSlots(desired).includes(slot));

      const codes = codesOf(refusalsOf(planFor(start, desired)));
      const destroyed = refusalsOf(diffToNothing(layout, observe(start, layout, name)));

      expect(codes.includes('protected')).toBe(!isKept);
      expect(codesOf(destroyed)).toEqual(marked.length > 0 ? ['protected'] : []);
    });
  });
});

describe('a convergence', () => {
  test('that is refused changes nothing; forced, it ends as if nobody had asked', async () => {
    await forAllAsync(200, async (start, desired) => {
      const kernel = start.afterDeath();
      const forced = start.afterDeath();
      const isRefused = refusalsOf(planFor(kernel, desired)).length > 0;

      const outcome = await convergeTo(kernel, wantedFor(desired), {}).catch(asRefusal);
      await convergeTo(forced, wantedFor(desired), { force: true });

      expect(outcome instanceof RefusedError).toBe(isRefused);
      if (isRefused) expect(seen(kernel)).toEqual(seen(start));
      else expect(shape(kernel)).toEqual(shape(forced));
      expect(planFor(forced, desired).operations).toEqual([]);
      expect(runningIn(forced)).toEqual(wantedSlots(desired).toSorted());
    });
  });

  test('that is killed after any operation leaves what stays protected marked', () => {
    forAll(200, (start, desired) => {
      const plan = planFor(start, desired);
      const { operations } = plan;
      const staying = protectedIn(start).filter((slot) => protectedBy(desired).includes(slot));
      const kept = without(staying, gapped(plan)); // in a gap nothing is attached that could be kept
      const repaired = operations.filter(({ kind }) => kind === 'attach').map(({ pin }) => pin);
      if (operations.some(({ kind, pin }) => kind === 'detach' && repaired.includes(pin))) return;
      for (const count of operations.keys()) {
        const kernel = start.afterDeath();
        carryOut(kernel, operations.slice(0, count));

        expect(protectedIn(kernel.afterDeath())).toEqual(expect.arrayContaining([...kept]));
      }
    });
  });
});

/** A situation in which the manifest says something about the guard. */
const guarded = fc
  .tuple(situation, detachLimit)
  .map(([[start, desired], maxDetach]) => [start, { ...desired, maxDetach }] as const);

function forAll(numRuns: number, law: (start: MemoryKernel, desired: DesiredState) => void): void {
  fc.assert(
    fc.property(guarded, ([start, desired]) => law(start, desired)),
    { numRuns },
  );
}

async function forAllAsync(
  numRuns: number,
  law: (start: MemoryKernel, desired: DesiredState) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(guarded, ([start, desired]) => law(start, desired)),
    { numRuns },
  );
}

function wantedFor(desired: DesiredState): Wanted {
  const objects = [...images.values()].map((image) => ({ image }));
  const links = () => ({ limit: undefined, on: () => undefined });
  const requireAttachable = (): void => undefined;
  const unseen = (): readonly [] => [];
  return { desired, layout, objects, links, requireAttachable, unseen } as unknown as Wanted; // of an object only its image is looked at
}

function asRefusal(error: unknown): unknown {
  if (error instanceof RefusedError) return error;
  throw error;
}

/** All that can be seen but empty directories, of which the lock makes one. */
function seen(kernel: MemoryKernel): unknown {
  const { tree, running } = all(kernel);
  return { tree: tree.filter(({ path }) => path !== layout.root), running };
}

/** What is attached, each once. */
function runningIn(kernel: MemoryKernel): readonly string[] {
  return [...new Set(kernel.machine.running().map(slotOf))].toSorted();
}

/** What is attached and marked. */
function protectedIn(kernel: MemoryKernel): readonly string[] {
  const { instances, attachments } = observe(kernel, layout, name);
  const slots = instances.flatMap(({ object, slots: found }) =>
    found.map((slot) => ({ ...slot, object })),
  );
  const byExchange = attachments
    .filter(({ slot, link }) => slot?.programId !== undefined && link !== undefined)
    .map(slotOf);
  const marked = slots.filter(
    (slot) => slot.protected && (slot.link !== undefined || byExchange.includes(slotOf(slot))),
  );
  return [...new Set(marked.map(slotOf))];
}

function protectedBy({ objects }: DesiredState): readonly string[] {
  return objects.flatMap(({ name: object, programs }) =>
    programs
      .filter(({ protect, state }) => protect && state === 'attached')
      .map((program) => slotOf({ ...program, object })),
  );
}

function countLost(before: readonly string[], after: readonly string[]): number {
  const programOf = (slot: string): string => slot.split(' ')[1] ?? '';
  const count = (slots: readonly string[], program: string): number =>
    slots.filter((slot) => programOf(slot) === program).length;
  return [...new Set(before.map(programOf))]
    .map((program) => Math.max(0, count(before, program) - count(after, program)))
    .reduce((sum, fewer) => sum + fewer, 0);
}

function codesOf(refusals: ReturnType<typeof refusalsOf>): readonly string[] {
  return refusals.map(({ code }) => code).filter((code) => code !== 'detaches-too-much');
}
