import { uptime } from 'node:os';
import { ExitStatus } from '../base/errors.ts';
import { look, survey } from '../converge.ts';
import { unchecked } from '../manifest/ownership-check.ts';
import type { Plan } from '../plan/plan.ts';
import type { ManifestName } from '../state/ids.ts';
import type { ObservedState } from '../state/observed.ts';
import { pinLayout } from '../state/pin-layout.ts';
import type { Context } from './context.ts';
import { isManifestFile, nameOf } from './name-or-manifest.ts';
import { manifestsUnder } from './manifests-under.ts';
import { nothingText } from './nothing-pinned.ts';
import { expandOperands } from './operands.ts';
import { toJson } from './output/json.ts';
import type { ManifestStatus } from './output/status.ts';
import { renderStatus, statusFacts } from './output/status.ts';
import { statusRows } from './status-rows.ts';
import { sharing, wantAll } from './want-all.ts';
import { withRuns } from './with-runs.ts';

/** `fentryctl status`: what is pinned and whether it is live. Changes nothing, repairs nothing. */
export function status(context: Context): ExitStatus {
  const { operands, options, ports, out, log, style } = context;
  const isOfAll = operands.length === 0;
  const { each, warning } = expandOperands(operands, isManifestFile);
  log(warning);
  const names = manifestsUnder(ports.kernel, options.root);
  const statuses = isOfAll
    ? names.map((name) => statusOf(context, name))
    : statusesFor(context, each);
  const found = statuses.filter((one) => !isNothing(one));
  const missing = each.filter((_, index) => !found.some((one) => one === statuses[index]));
  for (const operand of missing) log(nothingText(operand, names));
  const hidden = ports.kernel.hidden(options.root);
  if (hidden !== undefined) log(hiddenText(hidden));
  const bootTimeMs = Date.now() - uptime() * 1000;
  if (options.json) out(toJson({ manifests: found.map((one) => statusFacts(one, bootTimeMs)) }));
  else
    out(
      isOfAll && found.length === 0
        ? `nothing is pinned under ${options.root}\n`
        : renderStatus(found, bootTimeMs, style),
    );
  const isFine = found.every(({ rows }) => rows.every((row) => row.problem === undefined));
  return isFine && missing.length === 0 ? ExitStatus.done : ExitStatus.differs;
}

function hiddenText(point: string): string {
  return `warning: another file system is mounted over the BPF file system at "${point}": what is pinned there runs on, out of sight\n  hint: umount ${point}\n`;
}

/** Of names and manifests; all manifests have to be valid. */
function statusesFor(context: Context, operands: readonly string[]): readonly ManifestStatus[] {
  const { options, ports } = context;
  const wanted = new Map(wantAll(sharing(ports), options.root, operands.filter(isManifestFile)));
  return operands.map((operand) => {
    const manifest = wanted.get(operand);
    if (manifest === undefined) return statusOf(context, nameOf(operand, unchecked));
    const { observed, plan } = survey(ports.kernel, manifest);
    return statusIn(context, observed, plan);
  });
}

function statusOf(context: Context, name: ManifestName): ManifestStatus {
  const { options, ports } = context;
  return statusIn(context, look(ports.kernel, pinLayout(options.root, name), name));
}

function statusIn(
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

function isNothing({ rows, observed }: ManifestStatus): boolean {
  return rows.length === 0 && observed.maps.length === 0 && observed.foreign.length === 0;
}
