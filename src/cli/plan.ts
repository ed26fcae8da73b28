import { ExitStatus } from '../base/errors.ts';
import { planFor, want } from '../converge.ts';
import type { Context } from './context.ts';
import { toJson } from './output/json.ts';
import { planFacts, renderPlan } from './output/plan.ts';

/** `fentryctl plan`: what apply would do now. Takes no lock and changes nothing. */
export function plan({ operands: [file = ''], options, ports, out, style }: Context): ExitStatus {
  const wanted = want(ports, options.root, file);
  const found = planFor(ports.kernel, wanted);
  out(options.json ? toJson(planFacts(found)) : renderPlan(found, wanted.layout.directory, style));
  if (found.conflicts.length > 0) return ExitStatus.refused;
  return options.detailedExitcode && found.operations.length > 0
    ? ExitStatus.differs
    : ExitStatus.done;
}
