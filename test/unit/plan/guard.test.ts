import { expect, test } from 'vitest';
import { RefusedError } from '../../../src/base/errors.ts';
import { guard } from '../../../src/plan/guard.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { pinPath } from '../../../src/state/ids.ts';
import { name } from './sample.ts';

test('a plan that nothing foreign stands against passes', () => {
  expect(() => guard(planWith([]))).not.toThrow();
});

test.each([
  [['/a'], /^a foreign pin is in the way: "\/a" is a note$/],
  [['/a', '/b', '/c'], /"\/a" is a note \(and 2 more\)$/],
])('foreign pins %j refuse it', (paths, message) => {
  expect(() => guard(planWith(paths))).toThrow(RefusedError);
  expect(() => guard(planWith(paths))).toThrow(message);
});

function planWith(paths: readonly string[]): Plan {
  const conflicts = paths.map((path) => ({ path: pinPath(path), what: 'a note' }));
  return { name, operations: [], unchanged: 0, conflicts, foreign: [] };
}
