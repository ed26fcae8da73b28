import { describe, expect, test } from 'vitest';
import { diff, diffToNothing } from '../../../src/plan/diff.ts';
import { guard, refusalsOf } from '../../../src/plan/guard.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { DesiredMap } from '../../../src/state/desired.ts';
import type { MapShape } from '../../../src/state/map-shape.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { bss, sharedAt, sharedCounts } from './map-facts.ts';
import { applied, desiredMap, layout, map, object, pinned, shape, wanted } from './sample.ts';

describe('a map that is pinned in another shape', () => {
  test.each<readonly [what: string, other: Partial<MapShape>]>([
    ['type', { type: 'array' }],
    ['size of keys', { keySize: 8 }],
    ['size of values', { valueSize: 16 }],
    ['number of entries', { maxEntries: 32 }],
    ['flags', { flags: 1 }],
  ])('another %s stands against the plan, forced or not', (_, other) => {
    const plan = planFor(desiredMap('counts', { shape: { ...shape, ...other } }));

    expect(plan.mapChanges).toEqual([
      {
        object: 'opens',
        map: 'counts',
        pin: layout.map(plan.mapChanges[0]?.object ?? object().name, desiredMap('counts').name),
        pinned: shape,
        wanted: { ...shape, ...other },
        isShared: false,
      },
    ]);
    for (const isForced of [false, true]) expect(() => guard(plan, isForced)).toThrow(/counts/);
  });

  test('is told with both definitions, and with what can be done', () => {
    const [refusal] = refusalsOf(
      planFor(desiredMap('counts', { shape: { ...shape, valueSize: 16, flags: 1 } })),
    );

    expect(refusal).toMatchObject({
      code: 'map-changed',
      message:
        'map "opens/counts" is pinned as hash (key 4 B, value 8 B, 16 entries), and wanted as hash (key 4 B, value 16 B, 16 entries, flags 0x1)',
      hint: '"on_change: recreate" in the manifest makes it anew, and what is in it is lost',
    });
  });

  test('of another size only: it cannot be resized', () => {
    const [refusal] = refusalsOf(
      planFor(desiredMap('counts', { shape: { ...shape, maxEntries: 32 } })),
    );

    expect(refusal?.hint).toMatch(/^a map cannot be resized; "on_change: recreate"/);
  });

  test('that is shared: the others are spared', () => {
    const shared = [{ path: sharedAt, id: 300, shape: { ...shape, maxEntries: 32 } }];

    const plan = planFor(sharedCounts, applied({ maps: [], shared }));

    expect(plan.mapChanges).toMatchObject([{ pin: sharedAt, isShared: true }]);
    expect(refusalsOf(plan)[0]?.hint).toMatch(/^others use it too: .*shared\/counts$/);
  });

  test('several: as many as one can read', () => {
    const maps = ['a', 'b', 'c', 'd'].map((name) =>
      desiredMap(name, { shape: { ...shape, keySize: 8 } }),
    );
    const there = ['a', 'b', 'c', 'd'].map((name, id) => map(name, { id }));

    const plan = diff(layout, wanted(object({ maps })), pinned({ maps: there }));

    expect(plan.mapChanges).toHaveLength(4);
    expect(refusalsOf(plan)[0]?.message).toMatch(/"opens\/a".*"opens\/c".* \(and 1 more\)$/);
  });
});

test('something else at a shared pin is in the way', () => {
  const plan = planFor(sharedCounts, applied({ shared: [{ path: sharedAt, what: 'a program' }] }));

  expect(plan.conflicts).toEqual([{ path: sharedAt, what: 'a program where a map belongs' }]);
  expect(refusalsOf(plan).map(({ code }) => code)).toContain('foreign-pin');
});

test('destroy leaves what is shared', () => {
  const plan = diffToNothing(layout, applied({ shared: [{ path: sharedAt, id: 300, shape }] }));

  expect(plan.operations.map(({ pin }) => pin)).not.toContain(sharedAt);
});

function planFor(counts: DesiredMap, observed: ObservedState = applied()): Plan {
  return diff(layout, wanted(object({ maps: [counts, bss] })), observed);
}
