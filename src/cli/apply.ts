import { UsageError } from '../base/errors.ts';
import type { ExitStatus } from '../base/errors.ts';
import type { Convergence, ConvergeOptions } from '../converge.ts';
import { converge } from '../converge.ts';
import type { SavedPlan } from '../plan/saved-plan.ts';
import type { Context } from './context.ts';
import { expandOperands } from './operands.ts';
import { renderError } from './output/error.ts';
import { toJson } from './output/json.ts';
import { renderReport, reportFacts } from './output/report.ts';
import { readPlanFile } from './plan-file.ts';
import { reportEach, statusOf, withLimits } from './report-each.ts';
import { sharing, wantAll } from './want-all.ts';

/**
 * `fentryctl apply`: converges once, or does exactly what a saved plan says. Of several manifests nothing is done unless all are
 * valid. Ctrl-C or SIGTERM in the middle rolls back.
 */
export async function apply(context: Context): Promise<ExitStatus> {
  const { operands, options, ports, log } = context;
  const { each, areSeveral, warning } = expandOperands(operands);
  log(warning);
  if (areSeveral) return await applyEach(context, each);
  const [file = ''] = each;
  const saved = readPlanFile(file);
  if (saved !== undefined) requireSameRoot(file, saved, options.root);
  const manifest = saved?.content.manifest.file ?? file;
  return await reportOf(
    context,
    async (limits) => await converge(ports, options.root, manifest, { ...limits, saved }),
  );
}

async function applyEach(context: Context, files: readonly string[]): Promise<ExitStatus> {
  const { root } = context.options;
  const plan = context.operands.find((file) => files.includes(file) && isPlan(file));
  if (plan !== undefined) {
    throw new UsageError(`"${plan}" is a saved plan, which is applied alone`, {
      hint: 'give it no other operand',
    });
  }
  const ports = sharing(context.ports);
  wantAll(ports, root, files);
  const items = files.map((manifest) => ({
    label: { manifest },
    run: async (limits: ConvergeOptions) => await converge(ports, root, manifest, limits),
  }));
  return await reportEach(context, items);
}

function isPlan(file: string): boolean {
  return readPlanFile(file) !== undefined;
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
  const { progress } = context;
  return await withLimits(context, async (limits) => {
    const convergence = await run(limits).finally(() => progress?.end());
    return printReport(context, convergence);
  });
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
