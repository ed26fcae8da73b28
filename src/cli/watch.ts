import { fstatSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { ExitStatus } from '../base/errors.ts';
import { isJournal, journalLogger } from '../base/journal.ts';
import type { Logger } from '../base/logger.ts';
import { jsonLogger, textLogger } from '../base/logger.ts';
import type { Ending } from '../daemon/ending.ts';
import type { WatchObserver } from '../daemon/observer.ts';
import { serviceEnvironment, ServiceManager } from '../daemon/service-manager.ts';
import type { WatchSetPorts } from '../daemon/watch-set.ts';
import { WatchSet } from '../daemon/watch-set.ts';
import { keepHeapSmall } from '../base/small-heap.ts';
import { Standby } from '../daemon/standby.ts';
import { converge, startWorker } from '../daemon/worker.ts';
import { chooseSender, chooseSights } from './choose-ports.ts';
import type { Context } from './context.ts';
import { style } from './output/style.ts';
import type { WatchMetrics } from './watch-metrics.ts';

const workerScript = path.join(import.meta.dirname, '../command/watch-worker.cjs');

/** How long a convergence whose time is over may roll back. */
const graceMs = 5000;

/**
 * `fentryctl watch`: converges manifests, and those of folders, and again on every change, each time in a process of its own. SIGHUP
 * converges now; SIGTERM and SIGINT end it, and leave all attached. systemd is told how it stands, if that asks for it.
 */
export async function watch(context: Context): Promise<ExitStatus> {
  keepHeapSmall();
  const { operands, options } = context;
  const log = await logger(context);
  using manager = await serviceManager(options, log);
  await using metrics = await metricsOf(context, log);
  using standby = new Standby(() => startWorker(workerScript, process.argv.slice(2)));
  const { modules, hasBpffs, pinnedNames } = await chooseSights();
  const watching = new WatchSet(operands, {
    work: workIn(standby, context),
    prepare: () => standby.prepare(),
    observers: [printer(context), manager, metrics?.observer].filter((one) => one !== undefined),
    modules,
    hasBpffs: () => hasBpffs(options.root),
    pinned: () => pinnedNames(options.root),
    isForced: options.force,
    pollMs: options.pollMs,
    resyncMs: options.resyncMs,
    log,
  });
  const stop = (signal: NodeJS.Signals): void => {
    manager?.stopping();
    watching.stop(signal);
  };
  // Never taken off again: a second signal while it ends must not kill it.
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.on('SIGHUP', (signal) => {
    manager?.reloads();
    watching.converge(signal);
  });
  try {
    return await watching.end();
  } finally {
    manager?.stopping();
  }
}

/** Each job in a process of its own, with the same options. */
function workIn(standby: Standby, { options, style: ours }: Context): WatchSetPorts['work'] {
  const worker = {
    colour: { out: ours.colour, err: style(process.stderr).colour },
    timeoutMs: options.applyTimeoutMs,
    graceMs,
  };
  return async (job, task) => await converge(standby.take(), { ...worker, job }, task);
}

/** With fields, where all of it goes to the journal. */
async function logger({ options, log }: Context): Promise<Logger> {
  const now = (): Date => new Date();
  if (options.json) return jsonLogger(log, now);
  const text = textLogger(log, now);
  if (!isJournal(fstatSync(process.stderr.fd), process.env['JOURNAL_STREAM'])) return text;
  return journalLogger(await chooseSender('/run/systemd/journal/socket'), text);
}

/** The one that started us, if it wants to be told. */
async function serviceManager(
  { applyTimeoutMs }: Context['options'],
  log: Logger,
): Promise<ServiceManager | undefined> {
  const environment = serviceEnvironment(process.env, process.pid);
  if (environment === undefined) return undefined;
  const send = await chooseSender(environment.address);
  const convergenceMs = applyTimeoutMs + 2 * graceMs;
  return new ServiceManager({ send, log, watchdogMs: environment.watchdogMs, convergenceMs });
}

/** Before anything is attached: a watch whose metrics cannot be had does not begin. Loads nothing where nobody asked for them. */
async function metricsOf(
  { options: { metrics: address, root } }: Context,
  log: Logger,
): Promise<WatchMetrics | undefined> {
  if (address === undefined) return undefined;
  const { WatchMetrics } = await import('./watch-metrics.ts');
  return await WatchMetrics.start({ address, root, log });
}

/** What `apply` prints; in text, of those of a manifest that find nothing to do, only the first, and of those that fail again as before, none. */
function printer({ options, out, log }: Context): WatchObserver {
  const told = new Set<string>();
  let isSet = false;
  const print = (manifest: string, ending: Ending, isRepeat = false): void => {
    const isNews = !told.has(manifest) || ending.operations > 0;
    const title = isSet && !options.json && ending.out !== '' ? `${manifest}:\n` : '';
    if (options.json || (isNews && !isRepeat)) out(`${title}${ending.out}`);
    if (!isRepeat) log(ending.err);
    if (ending.plan !== undefined) told.add(manifest);
  };
  return {
    onFollow: (following) => {
      isSet = following.isSet;
    },
    onEnded: (manifest, ending, _, { isRepeat }) => print(manifest, ending, isRepeat),
    onDestroyed: print,
  };
}
