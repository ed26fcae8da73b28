import { type Totals, describeTotals, oneFailure } from './totals.ts';

/** One thing that the test run does, and what came of it. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
  readonly totals: Totals;
  /** Why it failed or was left out; empty when there is nothing to say. */
  readonly remark: string;
}

export type Outcome = Pick<Step, 'totals' | 'remark'>;

/** Runs one step; one that throws has failed, and the run goes on. */
export async function step(name: string, work: () => Promise<Outcome>): Promise<Step> {
  process.stdout.write(`\n── ${name}\n`);
  const start = performance.now();
  const outcome = await attempt(work);
  const done = { name, seconds: (performance.now() - start) / 1000, ...outcome };
  process.stdout.write(`${describeStep(done)}\n`);
  return done;
}

export function describeStep({ name, seconds, totals, remark }: Step): string {
  const mark =
    totals.failed > 0
      ? 'FAILED '
      : totals.passed === 0 && totals.skipped > 0
        ? 'skipped'
        : 'ok     ';
  const isSuite = totals.passed + totals.skipped > 0;
  const details = [isSuite ? describeTotals(totals) : '', remark]
    .filter((text) => text !== '')
    .join('; ');
  return `${mark} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${name}${details === '' ? '' : `: ${details}`}`;
}

async function attempt(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    return {
      totals: oneFailure,
      remark: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}
