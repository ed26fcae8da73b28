import { uptime } from 'node:os';
import { ExitStatus, UsageError } from '../base/errors.ts';
import { survey, want } from '../converge.ts';
import { unchecked } from '../manifest/ownership-check.ts';
import type { Context } from './context.ts';
import { isManifestFile, nameOf } from './name-or-manifest.ts';
import { manifestsUnder } from './manifests-under.ts';
import { hiddenText, nothingText } from './nothing-pinned.ts';
import { toJson } from './output/json.ts';
import type { ManifestStatus } from './output/status.ts';
import { renderStatus, statusFacts } from './output/status.ts';
import { statusIn, statusOf } from './read-status.ts';

/** `fentryctl status`: what is pinned and whether it is live, once, or with `--watch` until it is told to end. Changes nothing, repairs nothing. */
export async function status(context: Context): Promise<ExitStatus> {
  const { watch, everyMs } = context.options;
  if (watch) return await (await import('./watch-status.ts')).watchStatus(context);
  if (everyMs === undefined) return statusNow(context);
  throw new UsageError('"status" takes "--every" with "--watch" only', { hint: 'add --watch' });
}

function statusNow(context: Context): ExitStatus {
  const { operands, options, ports, out, log, style } = context;
  const [operand] = operands;
  const names = manifestsUnder(ports.kernel, options.root);
  const statuses =
    operand === undefined
      ? names.map((name) => statusOf(context, name))
      : [statusFor(context, operand)];
  const found = statuses.filter((one) => !isNothing(one));
  if (operand !== undefined && found.length === 0) log(nothingText(operand, names));
  const hidden = ports.kernel.hidden(options.root);
  if (hidden !== undefined) log(hiddenText(hidden));
  const bootTimeMs = Date.now() - uptime() * 1000;
  if (options.json) out(toJson({ manifests: found.map((one) => statusFacts(one, bootTimeMs)) }));
  else
    out(
      operand === undefined && found.length === 0
        ? `nothing is pinned under ${options.root}\n`
        : renderStatus(found, bootTimeMs, style),
    );
  const isFine = found.every(({ rows }) => rows.every((row) => row.problem === undefined));
  return isFine && (operand === undefined || found.length > 0)
    ? ExitStatus.done
    : ExitStatus.differs;
}

function statusFor(context: Context, operand: string): ManifestStatus {
  const { options, ports } = context;
  if (!isManifestFile(operand)) return statusOf(context, nameOf(operand, unchecked));
  const wanted = want(ports, options.root, operand);
  const { observed, plan } = survey(ports.kernel, wanted);
  return statusIn(context, observed, plan);
}

function isNothing({ rows, observed }: ManifestStatus): boolean {
  return rows.length === 0 && observed.maps.length === 0 && observed.foreign.length === 0;
}
