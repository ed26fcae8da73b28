import { describe, expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/output/progress.ts';
import type { Operation } from '../../../src/plan/operation.ts';
import { diff } from '../../../src/plan/diff.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { layout, object, pinned, program, wanted } from '../plan/sample.ts';

const many = Array.from({ length: 50 }, (_, index) => program('on_read', `function_${index + 10}`));
const plan: Plan = diff(layout, wanted(object({ programs: many })), pinned());
const clear = '\r\u001B[K';

describe('progress', () => {
  test('a run of less than half a second shows nothing', () => {
    const { lines } = ran(4);

    expect(lines).toEqual([]);
  });

  test('a longer one has one line, rewritten ten times a second: how many, how fast, which', () => {
    const { lines } = ran(20);

    expect(lines.slice(0, 2)).toEqual([
      `${clear}25/100, 50/s: load opens/on_read -> function_35`,
      `${clear}30/100, 50/s: load opens/on_read -> function_40`,
    ]);
    expect(lines).toHaveLength(16);
    expect(lines.at(-1)).toBe(clear);
  });

  test('what is made final is counted anew', () => {
    const { lines } = ran(1, 20);

    expect(lines).toContain(`${clear}25/100, 50/s: finish load opens/on_read -> function_35`);
  });
});

/** A run in which each operation, and each commit, takes so many milliseconds. */
function ran(ms: number, commitMs = 0): { readonly lines: readonly string[] } {
  const lines: string[] = [];
  let now = 1000;
  const progress = progressLine(
    (text) => lines.push(text),
    () => now,
  );
  const each = (tell: (operation: Operation, index: number) => void, duration: number): void => {
    for (const [index, operation] of plan.operations.entries()) {
      tell(operation, index);
      now += duration;
    }
  };
  progress.onPlan(plan);
  each(progress.onStart, ms);
  each(progress.onCommit, commitMs);
  progress.end();
  return { lines };
}
