import fc from 'fast-check';
import { expect, test } from 'vitest';
import { observe } from '../../src/apply/observe.ts';
import { diff, diffToNothing } from '../../src/plan/diff.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import type { ObservedState } from '../../src/state/observed.ts';
import { startKernel } from './start.ts';
import { desiredState, layout, name } from './universe.ts';

const observedState: fc.Arbitrary<ObservedState> = startKernel.map((kernel) =>
  observe(kernel, layout, name),
);

test('the order in which a manifest or a kernel lists things makes no difference', () => {
  const seed = fc.nat();
  fc.assert(
    fc.property(desiredState, observedState, seed, (desired, observed, draw) => {
      const plan = diff(layout, desired, observed);

      expect(diff(layout, shuffled(desired, draw), shuffled(observed, draw))).toEqual(plan);
      expect(diffToNothing(layout, shuffled(observed, draw))).toEqual(
        diffToNothing(layout, observed),
      );
    }),
    { numRuns: 1000 },
  );
});

test('a plan changes nothing that it is made from', () => {
  fc.assert(
    fc.property(desiredState, observedState, (desired, observed) => {
      const before = structuredClone({ desired, observed });
      freeze(desired);
      freeze(observed);

      diff(layout, desired, observed);

      expect({ desired, observed }).toEqual(before);
    }),
    { numRuns: 200 },
  );
});

test('an operation is plain data', () => {
  fc.assert(
    fc.property(desiredState, observedState, (desired, observed) => {
      const { operations } = diff(layout, desired, observed);

      expect(structuredClone(operations)).toEqual(operations);
      expect(new Set(operations.map(({ kind, pin }) => `${kind} ${pin}`)).size).toBe(
        operations.length,
      );
    }),
    { numRuns: 200 },
  );
});

function shuffled<T extends DesiredState | ObservedState>(state: T, seed: number): T {
  return shuffle(state, seed) as T; // the same keys, and lists of the same things
}

/** All lists, at every depth, in an order that depends on the seed. */
function shuffle(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) {
    const keyed = value.map((item, index) => ({
      item: shuffle(item, seed + index),
      key: mixed(seed + index),
    }));
    return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, shuffle(item, seed)] as const);
  return Object.fromEntries(seed % 2 === 0 ? entries : entries.toReversed());
}

function mixed(seed: number): number {
  return Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freeze(item);
}
