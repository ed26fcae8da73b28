/** How many tests there were. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: Totals = { passed: 0, failed: 0, skipped: 0 };

/** For a step that has no tests of its own, or did not get as far as telling about them. */
export const oneFailure: Totals = { passed: 0, failed: 1, skipped: 0 };

export function sum(all: readonly Totals[]): Totals {
  return all.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
    }),
    noTests,
  );
}

/** The last line that `npm test` prints. */
export function describeTotals({ passed, failed, skipped }: Totals): string {
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}

/**
 * The totals in one of vitest's JSON reports. No report, half a report, a report of nothing, or a runner that failed
 * for any other reason (a file that does not load, coverage) is at least one failure: never green by default.
 */
export function totalsOf(report: string | undefined, runnerSucceeded: boolean): Totals {
  const parsed = report === undefined ? undefined : parse(report);
  if (parsed === undefined) return oneFailure;
  const totals = {
    passed: parsed.numPassedTests,
    failed: parsed.numFailedTests,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  };
  const isGreen = runnerSucceeded && parsed.success && totals.passed > 0;
  return { ...totals, failed: isGreen ? totals.failed : Math.max(totals.failed, 1) };
}

const counts = ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests'] as const;

type Report = Readonly<Record<(typeof counts)[number], number>> & { readonly success: boolean };

function parse(text: string): Report | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null) return false;
  const report: Readonly<Record<string, unknown>> = { ...value };
  return (
    counts.every((name) => Number.isInteger(report[name])) && typeof report['success'] === 'boolean'
  );
}
