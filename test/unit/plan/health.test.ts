import { expect, test } from 'vitest';
import { healthOf } from '../../../src/plan/health.ts';
import { link, slot } from './sample.ts';

test.each([
  ['attached', slot()],
  ['loaded', slot({ link: undefined })],
  ['program-missing', slot({ loaded: undefined })],
  ['program-missing', slot({ loaded: undefined, link: undefined })],
  ['link-differs', slot({ link: link({ programId: 1 }) })],
] as const)('%s', (health, observed) => {
  expect(healthOf(observed)).toBe(health);
});
