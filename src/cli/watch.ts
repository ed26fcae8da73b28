import { fstatSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { ExitStatus } from '../base/errors.ts';
import { isJournal, journalLogger } from '../base/journal.ts';
import type { Logger } from '../base/logger.ts';
import { jsonLogger, textLogger } from '../base/logger.ts';
import type { Ending } from '../daemon/ending.ts';
import { serviceEnvironment, ServiceManager } from '../daemon/service-manager.ts';
import { Watch } from '../daemon/watch.ts';
import { converge } from '../daemon/worker.ts';
import { chooseSender, chooseSights } from './choose-ports.ts';
import type { Context } from './context.ts';
import { style } from './output/style.ts';
import type { WatchMetrics } from './watch-metrics.ts';

/**
 * `fentryctl watch`: converges, and again on every change, each time in a process of its own. SIGHUP converges now;
 * SIGTERM and SIGINT end it, and leave all attached. systemd is told how it stands, if that asks for it.
 */
export async function watch(context: Context): Promise<ExitStatus> {
  const { operands, options } = context;
  const [file = ''] = operands;
  const worker = {
    script: path.join(import.meta.dirname, '../command/watch-worker.cjs'),
    args: process.argv.slice(2),
    colour: { out: context.style.colour, err: style(process.stderr).colour },
    timeoutMs: options.applyTimeoutMs,
    graceMs: 5000,
  };
  const log = await logger(context);
  using manager = await serviceManager(log);
  await using metrics = await metricsOf(context, log);
  const print = printer(context);
  const { modules, hasBpffs } = await chooseSights();
  const watching = new Watch(file, {
    converge: async (task) => await converge(worker, task),
    modules,
    hasBpffs: () => hasBpffs(options.root),
    onBegin: () => {
      manager?.begins();
      metrics?.counts.begins(file);
    },
    onEnded: (ending, goesOn, round) => {
      print(ending);
      manager?.ended(ending, goesOn);
      metrics?.counts.ended(file, ending, round);
    },
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

/** With fields, where all of it goes to the journal. */
async function logger({ options, log }: Context): Promise<Logger> {
  const now = (): Date => new Date();
  if (options.json) return jsonLogger(log, now);
  const text = textLogger(log, now);
  if (!isJournal(fstatSync(process.stderr.fd), process.env['JOURNAL_STREAM'])) return text;
  return journalLogger(await chooseSender('/run/systemd/journal/socket'), text);
}

/** The one that started us, if it wants to be told. */
async function serviceManager(log: Logger): Promise<ServiceManager | undefined> {
  const environment = serviceEnvironment(process.env, process.pid);
  if (environment === undefined) return undefined;
  const send = await chooseSender(environment.address);
  return new ServiceManager({ send, log, watchdogMs: environment.watchdogMs });
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

/** What `apply` prints; in text, of those that find nothing to do, only the first. */
function printer({ options, out, log }: Context): (ending: Ending) => void {
  let isFirst = true;
  return (ending) => {
    if (options.json || isFirst || ending.operations > 0) out(ending.out);
    log(ending.err);
    isFirst &&= ending.plan === undefined;
  };
}
