import { uptime } from 'node:os';
import { ExitStatus, UsageError } from '../base/errors.ts';
import { survey } from '../converge.ts';
import { unchecked } from '../manifest/ownership-check.ts';
import type { Context } from './context.ts';
import { isManifestFile, nameOf } from './name-or-manifest.ts';
import { manifestsUnder } from './manifests-under.ts';
import { hiddenText, nothingText } from './nothing-pinned.ts';
import { expandOperands } from './operands.ts';
import { toJson } from './output/json.ts';
import type { ManifestStatus } from './output/status.ts';
import { renderStatus, statusFacts } from './output/status.ts';
import { statusIn, statusOf } from './read-status.ts';
import { sharing, wantAll } from './want-all.ts';

/** `fentryctl status`: what is pinned and whether it is live, once, or with `--watch` until it is told to end. Changes nothing, repairs nothing. */
export async function status(context: Context): Promise<ExitStatus> {
  const { watch, everyMs } = context.options;
  if (watch && context.operands.length > 1)
    throw new UsageError('"status --watch" takes one name or manifest', {
      hint: 'without one, it shows all that is pinned',
    });
  if (watch) return await (await import('./watch-status.ts')).watchStatus(context);
  if (everyMs === undefined) return statusNow(context);
  throw new UsageError('"status" takes "--every" with "--watch" only', { hint: 'add --watch' });
}

function statusNow(context: Context): ExitStatus {
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

function isNothing({ rows, observed }: ManifestStatus): boolean {
  return rows.length === 0 && observed.maps.length === 0 && observed.foreign.length === 0;
}
