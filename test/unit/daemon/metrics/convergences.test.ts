import { expect, test } from 'vitest';
import { ExitStatus } from '../../../../src/base/errors.ts';
import type { Ending } from '../../../../src/daemon/ending.ts';
import type { Round } from '../../../../src/daemon/observer.ts';
import { countsOf, drift, edit, failed, following, succeeded } from './sample.ts';

const file = '/etc/fentryctl/manifest.yaml';

/** What is counted of these, one after the other. */
function after(...endings: readonly (readonly [Ending, Round])[]) {
  const counts = countsOf(file);
  for (const [ending, round] of endings) counts.ended(file, ending, round);
  return counts.all()[0];
}

test('before the first has ended nothing is counted, and the file gives the name', () => {
  expect(after()).toMatchObject({
    name: 'manifest',
    changed: 0,
    unchanged: 0,
    driftRepaired: 0,
    last: undefined,
    lastSuccess: undefined,
  });
});

test('results, the last one, and when one last succeeded', () => {
  const counted = after([succeeded(2), edit], [succeeded(0), edit], [failed('no'), edit]);

  expect(counted).toMatchObject({
    name: 'audit',
    changed: 1,
    unchanged: 1,
    failures: { invalid: 1, refused: 0, bug: 0 },
    last: { ms: 20, error: { message: 'no', status: ExitStatus.invalid } },
    lastSuccess: 1_000_000,
  });
});

test('a success after a failure is in step again', () => {
  expect(after([failed('no'), edit], [succeeded(0), edit])?.last?.error).toBeUndefined();
});

test.each<[string, number, readonly (readonly [Ending, Round])[]]>([
  ['an edit repairs nothing', 0, [[succeeded(1), edit]]],
  ['what others changed is repaired', 1, [[succeeded(1), drift]]],
  ['what others added is left alone', 0, [[succeeded(0), drift]]],
  ['a repair that failed is none', 0, [[failed('no'), drift]]],
  [
    'the one after it is',
    1,
    [
      [failed('no'), drift],
      [failed('no'), edit],
      [succeeded(1), edit],
    ],
  ],
  [
    'and counts once',
    1,
    [
      [failed('no'), drift],
      [succeeded(1), edit],
      [succeeded(1), edit],
    ],
  ],
])('%s', (_, repaired, endings) => {
  expect(after(...endings)?.driftRepaired).toBe(repaired);
});

test('a manifest that is not watched any more is not shown', () => {
  const other = '/etc/other.yaml';
  const counts = countsOf(file, other);
  counts.ended(file, succeeded(1), edit);
  counts.ended(other, succeeded(1, 'other'), edit);

  counts.follows(following(other));
  counts.ended(file, succeeded(1), edit);

  expect(counts.all().map(({ name }) => name)).toEqual(['other']);
});
