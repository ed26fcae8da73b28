import { describe, expect, test } from 'vitest';
import { describeTotals, oneFailure, sum, totalsOf } from '../../run/totals.ts';

function report(passed: number, failed: number, pending = 0, todo = 0): string {
  return JSON.stringify({
    success: failed === 0,
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: todo,
  });
}

describe('a report', () => {
  test.each([
    ['all green', report(3, 0), true, { passed: 3, failed: 0, skipped: 0 }],
    ['some failed', report(3, 2, 1, 1), false, { passed: 3, failed: 2, skipped: 2 }],
    ['green, but the runner failed', report(3, 0), false, { passed: 3, failed: 1, skipped: 0 }],
    ['no tests', report(0, 0), true, oneFailure],
    ['only skipped tests', report(0, 0, 5), true, { passed: 0, failed: 1, skipped: 5 }],
    ['none', undefined, true, oneFailure],
    ['empty', '', true, oneFailure],
    ['cut off', report(3, 0).slice(0, -2), true, oneFailure],
    ['something else', '[]', true, oneFailure],
    ['null', 'null', true, oneFailure],
    ['a text for a number', report(3, 0).replace('3', '"3"'), true, oneFailure],
  ])('%s', (_, text, runnerSucceeded, totals) => {
    expect(totalsOf(text, runnerSucceeded)).toEqual(totals);
  });
});

test('totals add up to the last line', () => {
  const all = [
    { passed: 1, failed: 2, skipped: 3 },
    oneFailure,
    { passed: 10, failed: 0, skipped: 0 },
  ];

  expect(describeTotals(sum(all))).toBe('11 passed, 3 failed, 3 skipped');
});
