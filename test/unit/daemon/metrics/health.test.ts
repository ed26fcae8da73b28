import { expect, test } from 'vitest';
import { ExitStatus } from '../../../../src/base/errors.ts';
import { healthOf } from '../../../../src/daemon/metrics/health.ts';
import { countsAt1000, edit, failed, succeeded } from './sample.ts';

test('before anything began it is starting', () => {
  expect(healthOf([])).toEqual({ isHealthy: false, line: 'starting' });
});

test('until each has ended once it is starting', () => {
  const counts = countsAt1000();
  counts.ended('a.yaml', succeeded(1), edit);
  counts.begins('b.yaml');

  expect(healthOf(counts.all())).toEqual({ isHealthy: false, line: 'starting' });
});

test('all in step is ok', () => {
  const counts = countsAt1000();
  counts.ended('a.yaml', succeeded(1), edit);
  counts.ended('b.yaml', succeeded(0, 'b'), edit);

  expect(healthOf(counts.all())).toEqual({ isHealthy: true, line: 'ok' });
});

test('one that failed says why, in a line', () => {
  const counts = countsAt1000();
  counts.ended('a.yaml', succeeded(1), edit);
  counts.ended('b.yaml', failed('it is\nwrong'), edit);

  expect(healthOf(counts.all())).toEqual({
    isHealthy: false,
    line: 'b: failed (exit status 65): it is wrong',
  });
});

test('of several the first is told, and how many more there are', () => {
  const counts = countsAt1000();
  counts.ended('a.yaml', failed('one'), edit);
  counts.ended('b.yaml', failed('two', ExitStatus.refused), edit);

  expect(healthOf(counts.all()).line).toBe('a: failed (exit status 65), and 1 more: one');
});
