import { describe, expect, test } from 'vitest';
import type { ApplyReport, Outcome } from '../../../src/apply/apply.ts';
import { FailedError } from '../../../src/base/errors.ts';
import { toJson } from '../../../src/cli/output/json.ts';
import { hasChanged, renderReport, reportFacts } from '../../../src/cli/output/report.ts';
import { diff, diffToNothing } from '../../../src/plan/diff.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { applied, digests, layout, object, pinned, wanted } from '../plan/sample.ts';

const error = new FailedError('cannot attach', { hint: 'do this', log: 'all' });
const install = diff(layout, wanted(object()), pinned());
const upgrade = diff(layout, wanted(object({ digest: digests.b })), applied());
const nothing = diff(layout, wanted(object()), applied());
const destroy = diffToNothing(layout, applied());

describe('for people', () => {
  test('each operation with its end and its ids', () => {
    expect(
      renderReport({ plan: install, report: report(install, ['done', 'done']) }, { colour: false }),
    ).toBe(
      `  + load    opens/on_read -> vfs_read  new in the manifest  done  prog 7
  + attach  opens/on_read -> vfs_read  new in the manifest  done  link 8
Applied: 1 loaded, 1 attached, 0 detached, 0 unpinned (0 unchanged).
`,
    );
  });

  test('a failure', () => {
    const failed = report(install, ['rolled-back', 'failed'], { error });

    expect(renderReport({ plan: install, report: failed }, { colour: false })).toBe(
      `  + load    opens/on_read -> vfs_read  new in the manifest  rolled back
  + attach  opens/on_read -> vfs_read  new in the manifest  FAILED
Failed and rolled back: what ran before still runs.
`,
    );
  });

  test.each<readonly [summary: string, plan: Plan, report: ApplyReport]>([
    ['No changes: the kernel matches (1 unchanged).', nothing, report(nothing, [])],
    [
      'Applied: 1 loaded, 1 attached, 1 detached, 3 unpinned (0 unchanged).',
      upgrade,
      report(upgrade, allDone(upgrade)),
    ],
    ['Destroyed: 1 detached, 4 unpinned.', destroy, report(destroy, allDone(destroy))],
    [
      'Failed and rolled back: what ran before still runs.',
      install,
      report(install, ['failed', 'skipped'], { error }),
    ],
    [
      'Failed after the new state was in place: see the errors.',
      upgrade,
      report(upgrade, ['done', 'done', 'failed'], { error }),
    ],
    [
      'Failed, and not all could be rolled back: see the errors.',
      install,
      report(install, ['done', 'failed'], { error, rollbackErrors: [error] }),
    ],
  ])('%s', (summary, plan, given) => {
    expect(renderReport({ plan, report: given }, { colour: false }).split('\n').at(-2)).toBe(
      summary,
    );
  });
});

describe('for programs', () => {
  test('what was done', () => {
    const facts: unknown = JSON.parse(
      toJson(reportFacts({ plan: install, report: report(install, ['done', 'done']) })),
    );

    expect(facts).toMatchObject({
      name: 'sample',
      changed: true,
      operations: [
        { action: 'load', status: 'done', prog_id: 7 },
        { action: 'attach', status: 'done', link_id: 8 },
      ],
      summary: { load: 1, attach: 1, detach: 0, unpin: 0, unchanged: 0 },
    });
    expect(facts).not.toHaveProperty('error');
    expect(facts).not.toHaveProperty('rollback_errors');
  });

  test('what failed', () => {
    const failed = report(install, ['rolled-back', 'failed'], { error, rollbackErrors: [error] });

    expect(JSON.parse(toJson(reportFacts({ plan: install, report: failed })))).toMatchObject({
      changed: false,
      operations: [{ status: 'rolled_back' }, { status: 'failed' }],
      error: {
        kind: 'FailedError',
        message: 'cannot attach',
        hint: 'do this',
        exit_status: 1,
        log: 'all',
      },
      rollback_errors: [{ message: 'cannot attach' }],
    });
  });

  test('which saved plan it was', () => {
    const convergence = { plan: nothing, report: report(nothing, []), fingerprint: 'f00d' };

    expect(JSON.parse(toJson(reportFacts(convergence)))).toMatchObject({ fingerprint: 'f00d' });
    expect(renderReport(convergence, { colour: false })).toBe(
      'No changes: the kernel matches (1 unchanged).\nSaved plan with fingerprint f00d.\n',
    );
  });

  test('nothing changed', () => {
    expect(hasChanged(report(nothing, []))).toBe(false);
  });
});

function allDone(plan: Plan): readonly Outcome['status'][] {
  return plan.operations.map(() => 'done');
}

function report(
  plan: Plan,
  statuses: readonly Outcome['status'][],
  given: Partial<ApplyReport> = {},
): ApplyReport {
  const outcomes = plan.operations.slice(0, statuses.length).map((operation, index): Outcome => {
    const status = statuses[index] ?? 'skipped';
    if (status !== 'done') return { operation, status };
    if (operation.kind === 'load') return { operation, status, programId: 7 };
    return operation.kind === 'attach' ? { operation, status, linkId: 8 } : { operation, status };
  });
  return { outcomes, error: undefined, rollbackErrors: [], ...given };
}
