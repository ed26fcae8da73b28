import { expect, test } from 'vitest';
import { ExitStatus } from '../../../../src/base/errors.ts';
import type { ConvergenceCounts } from '../../../../src/daemon/metrics/convergences.ts';
import { healthOf } from '../../../../src/daemon/metrics/health.ts';
import { countsAt1000, countsOf, edit, failed, following, succeeded } from './sample.ts';

function health(counts: ConvergenceCounts) {
  return healthOf(counts.following, counts.all());
}

test('before anything began it is starting', () => {
  const counts = countsAt1000();

  expect(health(counts)).toEqual({ isHealthy: false, line: 'starting' });
});

test('until each has ended once it is starting', () => {
  const counts = countsOf('a.yaml', 'b.yaml');
  counts.ended('a.yaml', succeeded(1), edit);

  expect(health(counts)).toEqual({ isHealthy: false, line: 'starting' });
});

test('all in step is ok', () => {
  const counts = countsOf('a.yaml', 'b.yaml');
  counts.ended('a.yaml', succeeded(1), edit);
  counts.ended('b.yaml', succeeded(0, 'b'), edit);

  expect(health(counts)).toEqual({ isHealthy: true, line: 'ok' });
});

test('one that failed says why, in a line', () => {
  const counts = countsOf('a.yaml', 'b.yaml');
  counts.ended('a.yaml', succeeded(1), edit);
  counts.ended('b.yaml', failed('it is\nwrong'), edit);

  expect(health(counts)).toEqual({
    isHealthy: false,
    line: 'b: failed (exit status 65): it is wrong',
  });
});

test('of several the first is told, and how many more there are', () => {
  const counts = countsOf('a.yaml', 'b.yaml');
  counts.ended('a.yaml', failed('one'), edit);
  counts.ended('b.yaml', failed('two', ExitStatus.refused), edit);

  expect(health(counts).line).toBe('a: failed (exit status 65), and 1 more: one');
});

test('a folder without manifests is ok, one that cannot be looked into is not', () => {
  const counts = countsOf();
  const empty = health(counts);
  counts.follows({ ...following(), problems: new Map([['/etc/audit', 'ENOENT']]) });

  expect(empty).toEqual({ isHealthy: true, line: 'ok' });
  expect(health(counts)).toEqual({
    isHealthy: false,
    line: 'cannot look into /etc/audit (ENOENT)',
  });
});
