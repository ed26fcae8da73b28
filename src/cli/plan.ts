import { ExitStatus } from '../base/errors.ts';
import { survey, want } from '../converge.ts';
import type { SavedPlan } from '../plan/saved-plan.ts';
import { savedPlan } from '../save-plan.ts';
import type { Context } from './context.ts';
import { toJson } from './output/json.ts';
import { planFacts, renderPlan, savedText } from './output/plan.ts';
import { requirePlanFile, writePlanFile } from './plan-file.ts';

/** `fentryctl plan`: what apply would do now. Takes no lock and changes nothing; with `--out` it is saved for apply. */
export function plan(context: Context): ExitStatus {
  const { operands, options, ports, out, style } = context;
  const [file = ''] = operands;
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
  if (hasObstacle) return ExitStatus.refused;
  return options.detailedExitcode && found.operations.length > 0
    ? ExitStatus.differs
    : ExitStatus.done;
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
