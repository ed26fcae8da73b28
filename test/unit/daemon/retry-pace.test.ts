import { expect, test } from 'vitest';
import { RetryPace } from '../../../src/daemon/retry-pace.ts';

test('each time twice as long, to five minutes, and from the start once it went well', () => {
  const pace = new RetryPace();

  const delays = Array.from({ length: 11 }, () => pace.delay() / 1000);
  pace.reset();

  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  expect(pace.delay()).toBe(1000);
});
