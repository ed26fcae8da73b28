import process from 'node:process';
import { AppError, ExitStatus, FailedError } from '../base/errors.ts';
import { keepYoungSmall } from '../base/small-heap.ts';
import type { Convergence, ConvergeOptions } from '../converge.ts';
import type { Plan } from '../plan/plan.ts';
import type { Context } from './context.ts';
import { errorFacts, renderError } from './output/error.ts';
import { toJson } from './output/json.ts';
import { renderReport, reportFacts } from './output/report.ts';
import { firstFailure } from './want-all.ts';

/** Operations that leave so much behind that it is worth to load what keeps it small. */
const many = 400;

/** One of several things to do. */
export interface Item {
  /** What it is called in the answer, e.g. `{ manifest: 'a.yaml' }`. */
  readonly label: Readonly<Record<string, string>>;
  readonly run: (limits: ConvergeOptions) => Promise<Convergence>;
}

/** Runs with the limits that the command line sets; SIGINT or SIGTERM stops it, and what it has begun is rolled back. */
export async function withLimits<Result>(
  { options: { lockTimeoutMs, force }, progress }: Context,
  run: (limits: ConvergeOptions) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const abort = (signal: NodeJS.Signals): void =>
    stop.abort(new FailedError(`stopped by ${signal}`));
  process.on('SIGINT', abort).on('SIGTERM', abort);
  const onPlan = (plan: Plan): void => {
    if (plan.operations.length >= many) keepYoungSmall();
    progress?.onPlan(plan);
  };
  try {
    return await run({ lockTimeoutMs, force, signal: stop.signal, ...progress, onPlan });
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}

/**
 * Does one after the other, and goes on after one that failed: each is all or nothing by itself. Prints how each ended, and returns
 * the status of the first that failed.
 */
export async function reportEach(context: Context, items: readonly Item[]): Promise<ExitStatus> {
  const facts: object[] = [];
  const statuses: ExitStatus[] = [];
  await withLimits(context, async (limits) => {
    for (const item of items) {
      const ended = await endOf(context, item, limits); // oxlint-disable-line eslint/no-await-in-loop -- they share a lock
      print(context, item, ended);
      facts.push({ ...item.label, ...factsOf(ended) });
      statuses.push('report' in ended ? statusOf(ended.report.error) : thrownStatus(ended.error));
    }
  });
  if (context.options.json) context.out(toJson({ manifests: facts }));
  return firstFailure(statuses);
}

/** How it ended, or what it threw before there was anything to report. */
type Ended = Convergence | { readonly error: unknown };

async function endOf({ progress }: Context, item: Item, limits: ConvergeOptions): Promise<Ended> {
  try {
    limits.signal?.throwIfAborted();
    return await item.run(limits).finally(() => progress?.end());
  } catch (error) {
    return { error };
  }
}

function print({ options, out, log, style }: Context, { label }: Item, ended: Ended): void {
  const lineStyle = { ...style, verbose: options.verbose };
  const text = 'report' in ended ? renderReport(ended, lineStyle) : '';
  const title = `${Object.values(label).join(' ')}:\n`;
  if (!options.json && text !== '') out(`${title}${text}`);
  const errors = errorsOf(ended).map((error) => renderError(error, lineStyle));
  if (errors.length > 0) log(`${title}${errors.join('')}`);
}

function factsOf(ended: Ended): object {
  return 'report' in ended ? reportFacts(ended) : { error: errorFacts(ended.error) };
}

/** Every error of it, the one that stopped it first. */
function errorsOf(ended: Ended): readonly unknown[] {
  if (!('report' in ended)) return [ended.error];
  const { error, rollbackErrors } = ended.report;
  return error === undefined ? [] : [error, ...rollbackErrors];
}

function thrownStatus(error: unknown): ExitStatus {
  return error instanceof AppError ? error.exitStatus : ExitStatus.bug;
}

/** The status that what went wrong with an operation ends a command with. */
export function statusOf(error: unknown): ExitStatus {
  if (error === undefined) return ExitStatus.done;
  return error instanceof AppError ? error.exitStatus : ExitStatus.failed;
}
