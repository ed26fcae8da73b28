import path from 'node:path';
import process from 'node:process';
import type { ExitStatus } from '../base/errors.ts';
import { jsonLogger, textLogger } from '../base/logger.ts';
import type { Ending } from '../daemon/ending.ts';
import { Watch } from '../daemon/watch.ts';
import { converge } from '../daemon/worker.ts';
import { chooseSights } from './choose-ports.ts';
import type { Context } from './context.ts';
import { style } from './output/style.ts';

/**
 * `fentryctl watch`: converges, and again on every change, each time in a process of its own. SIGHUP converges now;
 * SIGTERM and SIGINT end it, and leave all attached.
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
  const { modules, hasBpffs } = await chooseSights();
  const watching = new Watch(file, {
    converge: async (task) => await converge(worker, task),
    modules,
    hasBpffs: () => hasBpffs(options.root),
    onEnded: printer(context),
    pollMs: options.pollMs,
    resyncMs: options.resyncMs,
    log: (options.json ? jsonLogger : textLogger)(context.log, () => new Date()),
  });
  // Never taken off again: a second signal while it ends must not kill it.
  process
    .on('SIGINT', (signal) => watching.stop(signal))
    .on('SIGTERM', (signal) => watching.stop(signal));
  process.on('SIGHUP', (signal) => watching.converge(signal));
  return await watching.end();
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
