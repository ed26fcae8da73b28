import { expect, test } from 'vitest';
import { RepairPace } from '../../../src/daemon/repair-pace.ts';

test('ten repairs a minute are at once, and the next waits until the first is a minute ago', () => {
  const pace = new RepairPace();

  const first = Array.from({ length: 10 }, (_, index) => pace.delay(1000 * index));

  expect(first).toEqual(Array.from({ length: 10 }, () => 0));
  expect(pace.delay(10_000)).toBe(50_000);
  expect(pace.delay(62_000)).toBe(0);
});

test('after a minute of peace, all are at once again', () => {
  const pace = new RepairPace();
  for (let index = 0; index < 12; index += 1) pace.delay(index);

  expect(Array.from({ length: 10 }, (_, index) => pace.delay(200_000 + index))).toEqual(
    Array.from({ length: 10 }, () => 0),
  );
});
