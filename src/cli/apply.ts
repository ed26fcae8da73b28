import process from 'node:process';
import { AppError, ExitStatus, FailedError, UsageError } from '../base/errors.ts';
import type { Convergence, ConvergeOptions } from '../converge.ts';
import { converge } from '../converge.ts';
import type { SavedPlan } from '../plan/saved-plan.ts';
import type { Context } from './context.ts';
import { renderError } from './output/error.ts';
import { toJson } from './output/json.ts';
import { renderReport, reportFacts } from './output/report.ts';
import { readPlanFile } from './plan-file.ts';

/** `fentryctl apply`: converges once, or does exactly what a saved plan says. Ctrl-C or SIGTERM in the middle rolls back. */
export async function apply(context: Context): Promise<ExitStatus> {
  const { operands, options, ports } = context;
  const [file = ''] = operands;
  const saved = readPlanFile(file);
  if (saved !== undefined) requireSameRoot(file, saved, options.root);
  const manifest = saved?.content.manifest.file ?? file;
  return await reportOf(
    context,
    async (limits) => await converge(ports, options.root, manifest, { ...limits, saved }),
  );
}

/** The pins of a plan are below the root that it was made for. */
function requireSameRoot(file: string, { content }: SavedPlan, root: string): void {
  if (content.root === root) return;
  throw new UsageError(`the saved plan "${file}" is for "--root ${content.root}", not ${root}`, {
    hint: `give "--root ${content.root}"`,
  });
}

/** Runs a convergence, prints how it ended and returns the exit status; `destroy` uses it too. */
export async function reportOf(
  context: Context,
  run: (options: ConvergeOptions) => Promise<Convergence>,
): Promise<ExitStatus> {
  const stop = new AbortController();
  const abort = (signal: NodeJS.Signals): void =>
    stop.abort(new FailedError(`stopped by ${signal}`));
  process.on('SIGINT', abort).on('SIGTERM', abort);
  const { progress } = context;
  try {
    const { lockTimeoutMs, force } = context.options;
    const options = { lockTimeoutMs, force, signal: stop.signal, ...progress };
    const convergence = await run(options).finally(() => progress?.end());
    return printReport(context, convergence);
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}

/** Prints how a convergence ended; every error goes to the log. */
export function printReport(
  { options, out, log, style }: Context,
  convergence: Convergence,
): ExitStatus {
  const { report } = convergence;
  const lineStyle = { ...style, verbose: options.verbose };
  out(options.json ? toJson(reportFacts(convergence)) : renderReport(convergence, lineStyle));
  const errors = report.error === undefined ? [] : [report.error, ...report.rollbackErrors];
  for (const error of errors) log(renderError(error, { ...style, verbose: options.verbose }));
  return statusOf(report.error);
}

function statusOf(error: unknown): ExitStatus {
  if (error === undefined) return ExitStatus.done;
  return error instanceof AppError ? error.exitStatus : ExitStatus.failed;
}
