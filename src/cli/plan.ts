import { AppError, ExitStatus, UsageError } from '../base/errors.ts';
import type { Wanted } from '../converge.ts';
import { survey, want } from '../converge.ts';
import type { Plan } from '../plan/plan.ts';
import type { SavedPlan } from '../plan/saved-plan.ts';
import { savedPlan } from '../save-plan.ts';
import type { Context } from './context.ts';
import { expandOperands } from './operands.ts';
import { errorFacts, renderError } from './output/error.ts';
import { toJson } from './output/json.ts';
import { planFacts, renderPlan, savedText } from './output/plan.ts';
import { requirePlanFile, writePlanFile } from './plan-file.ts';
import { firstFailure, sharing, wantAll } from './want-all.ts';

/** `fentryctl plan`: what apply would do now. Takes no lock and changes nothing; with `--out` it is saved for apply. */
export function plan(context: Context): ExitStatus {
  const { operands, options, ports, out, log, style } = context;
  const { each, areSeveral, warning } = expandOperands(operands);
  log(warning);
  if (areSeveral) return planEach(context, each);
  const [file = ''] = each;
  if (options.out !== undefined) requirePlanFile(options.out);
  const wanted = want(ports, options.root, file);
  const { observed, plan: found } = survey(ports.kernel, wanted);
  const hasObstacle = found.conflicts.length > 0;
  const saved = hasObstacle
    ? undefined
    : save(options.out, () => savedPlan(wanted, observed, found));
  out(
    options.json
      ? toJson({ ...planFacts(found), saved })
      : `${renderPlan(found, wanted.layout.directory, { ...style, verbose: options.verbose })}${savedText(saved)}`,
  );
  return statusOf(context, found);
}

/** One after the other, whatever stands against the one before. */
function planEach(context: Context, files: readonly string[]): ExitStatus {
  const { options, out } = context;
  if (options.out !== undefined) {
    throw new UsageError('"--out" saves the plan of one manifest', {
      hint: 'give one manifest, and no folder',
    });
  }
  const all = wantAll(sharing(context.ports), options.root, files);
  const planned = all.map(([manifest, wanted]) => planOne(context, manifest, wanted));
  if (options.json) out(toJson({ manifests: planned.map(({ facts }) => facts) }));
  const statuses = planned.map(({ status }) => status);
  const failures = statuses.filter((status) => status !== ExitStatus.differs);
  return firstFailure(failures, firstFailure(statuses));
}

function planOne(
  context: Context,
  manifest: string,
  wanted: Wanted,
): { readonly facts: object; readonly status: ExitStatus } {
  const { options, ports, out, log } = context;
  const style = { ...context.style, verbose: options.verbose };
  try {
    const { plan: found } = survey(ports.kernel, wanted);
    const text = renderPlan(found, wanted.layout.directory, style);
    if (!options.json) out(`${manifest}:\n${text}`);
    return { facts: { manifest, ...planFacts(found) }, status: statusOf(context, found) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log(`${manifest}:\n${renderError(error, style)}`);
    return { facts: { manifest, error: errorFacts(error) }, status: error.exitStatus };
  }
}

function statusOf({ options }: Context, { conflicts, operations }: Plan): ExitStatus {
  if (conflicts.length > 0) return ExitStatus.refused;
  return options.detailedExitcode && operations.length > 0 ? ExitStatus.differs : ExitStatus.done;
}

/** Where it was saved, and as what. */
function save(
  file: string | undefined,
  make: () => SavedPlan,
): { readonly file: string; readonly fingerprint: string } | undefined {
  if (file === undefined) return undefined;
  const saved = make();
  writePlanFile(file, saved);
  return { file, fingerprint: saved.fingerprint };
}
