import { once } from 'node:events';
import process from 'node:process';
import { AppError, ExitStatus, FailedError } from '../base/errors.ts';
import type { Convergence } from '../converge.ts';
import { converge } from '../converge.ts';
import type { Ending } from '../daemon/ending.ts';
import type { FromWorker, ToWorker } from '../daemon/messages.ts';
import type { Watched } from '../daemon/watched.ts';
import { watched } from '../daemon/watched.ts';
import { countOperations } from '../plan/plan.ts';
import { pinLayout } from '../state/pin-layout.ts';
import { choosePorts } from './choose-ports.ts';
import type { Options } from './context.ts';
import { parseCommandLine } from './options.ts';
import { errorFacts, renderError } from './output/error.ts';
import { toJsonLine } from './output/json.ts';
import { renderReport, reportFacts } from './output/report.ts';

/** Converges once for a watch, which started it with its own arguments, and tells how that ended. */
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort(new FailedError('stopped by SIGTERM')));
process.on('disconnect', () => stop.abort(new FailedError('the watch is gone')));
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined); // the watch decides what they mean

void work().then((ending) => {
  tell({ kind: 'ended', ending });
  process.disconnect();
});

async function work(): Promise<Ending> {
  const { colour } = await hear('start');
  const parsed = parseCommandLine(process.argv.slice(2));
  if (parsed.kind !== 'command') throw new Error('started without a command');
  const { operands, options } = parsed;
  const [file = ''] = operands;
  try {
    await announce(file);
    const { lockTimeoutMs, force } = options;
    const ports = await choosePorts(options.allowInsecureFiles);
    const limits = { lockTimeoutMs, force, signal: stop.signal, listPins: true };
    return endingOf(await converge(ports, options.root, file, limits), options, colour);
  } catch (error) {
    return failureOf(error, options, colour);
  }
}

/** Names what it will read before it reads it, and waits until that is watched. */
async function announce(file: string): Promise<void> {
  const found = watchedBy(file);
  if (found === undefined) return;
  tell({ kind: 'watched', watched: found });
  await hear('go');
}

/** A manifest that cannot be understood names nothing; the convergence says what is wrong with it. */
function watchedBy(file: string): Watched | undefined {
  try {
    return watched(file);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

type Colour = Extract<ToWorker, { kind: 'start' }>['colour'];

function endingOf(convergence: Convergence, options: Options, colour: Colour): Ending {
  const { plan, report } = convergence;
  const { exchange, pause, protect, ...counts } = countOperations(plan.operations);
  const rare = Object.entries({ exchange, pause, protect }).filter(([, count]) => count > 0);
  const errors = report.error === undefined ? [] : [report.error, ...report.rollbackErrors];
  return {
    plan: {
      name: plan.name,
      ...counts,
      ...Object.fromEntries(rare),
      unchanged: plan.unchanged,
    },
    operations: plan.operations.length,
    error: report.error === undefined ? undefined : summaryOf(report.error),
    pinned: report.error === undefined ? pinnedAfter(convergence, options) : undefined,
    out: options.json
      ? toJsonLine(reportFacts(convergence))
      : renderReport(convergence, { colour: colour.out, verbose: options.verbose }),
    err: errors.map((error) => rendered(error, options, colour)).join(''),
  };
}

function pinnedAfter({ plan, pins = [] }: Convergence, { root }: Options): Ending['pinned'] {
  const isUnchanged = plan.operations.length === 0;
  return { directory: pinLayout(root, plan.name).directory, pins, isUnchanged };
}

/** Of one that did not come so far that there was something to carry out. */
function failureOf(error: unknown, options: Options, colour: Colour): Ending {
  return {
    plan: undefined,
    operations: 0,
    error: summaryOf(error),
    out: options.json ? toJsonLine({ error: errorFacts(error) }) : '',
    err: options.json ? '' : rendered(error, options, colour),
  };
}

function rendered(error: unknown, { verbose }: Options, colour: Colour): string {
  return renderError(error, { colour: colour.err, verbose });
}

function summaryOf(error: unknown): NonNullable<Ending['error']> {
  return {
    message: error instanceof Error ? error.message : String(error),
    status: error instanceof AppError ? error.exitStatus : ExitStatus.bug,
  };
}

function tell(message: FromWorker): void {
  process.send?.(message);
}

async function hear<Kind extends ToWorker['kind']>(
  kind: Kind,
): Promise<Extract<ToWorker, { kind: Kind }>> {
  const [message] = (await once(process, 'message', { signal: stop.signal })) as [ToWorker]; // only the watch sends any
  if (message.kind !== kind) throw new Error(`expected "${kind}", heard "${message.kind}"`);
  return message as Extract<ToWorker, { kind: Kind }>; // compared right above
}
