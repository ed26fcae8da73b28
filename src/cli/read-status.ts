import { look } from '../converge.ts';
import type { Plan } from '../plan/plan.ts';
import type { ManifestName } from '../state/ids.ts';
import type { ObservedState } from '../state/observed.ts';
import { pinLayout } from '../state/pin-layout.ts';
import type { Context } from './context.ts';
import type { ManifestStatus } from './output/status.ts';
import { statusRows } from './status-rows.ts';
import { withRuns } from './with-runs.ts';

/** What is pinned under a name. */
export function statusOf(context: Context, name: ManifestName): ManifestStatus {
  const { options, ports } = context;
  return statusIn(context, look(ports.kernel, pinLayout(options.root, name), name));
}

/** What was read from the kernel; with a plan also what the manifest wants and is not there. */
export function statusIn(
  { options, ports }: Context,
  observed: ObservedState,
  plan?: Plan,
): ManifestStatus {
  const layout = pinLayout(options.root, observed.name);
  return {
    layout,
    observed,
    rows: statusRows(layout, observed, plan).map((row) => withRuns(ports.kernel, row)),
    missingMaps: missingMaps(plan),
  };
}

function missingMaps(plan: Plan | undefined): readonly string[] {
  const reasons = (plan?.operations ?? []).map((operation) => operation.reason);
  return [
    ...new Set(reasons.flatMap((reason) => (reason.code === 'map-missing' ? [reason.map] : []))),
  ];
}
