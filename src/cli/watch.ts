import process from 'node:process';
import type { ExitStatus } from '../base/errors.ts';
import { jsonLogger, textLogger } from '../base/logger.ts';
import type { Convergence, Ports } from '../converge.ts';
import { converge } from '../converge.ts';
import { Watch } from '../daemon/watch.ts';
import { printReport } from './apply.ts';
import type { FunctionCatalog } from '../state/function-catalog.ts';
import type { Context } from './context.ts';
import { errorFacts, renderError } from './output/error.ts';
import { toJsonLine } from './output/json.ts';
import { reportFacts } from './output/report.ts';
import { style } from './output/style.ts';

/** `fentryctl watch`: converges, and again on every change. SIGHUP converges now; SIGTERM and SIGINT end it, and leave all attached. */
export async function watch(context: Context): Promise<ExitStatus> {
  const { operands, options } = context;
  const [file = ''] = operands;
  const ports = rememberFunctions(context.ports);
  const limits = { lockTimeoutMs: options.lockTimeoutMs, force: options.force };
  const watching = new Watch(file, {
    converge: async (signal) => await converge(ports, options.root, file, { ...limits, signal }),
    modules: () => ports.modules.names(),
    log: (options.json ? jsonLogger : textLogger)(context.log, () => new Date()),
    ...(options.json ? jsonPrinter(context) : textPrinter(context)),
  });
  // Never taken off again: a second signal while it ends must not kill it.
  process
    .on('SIGINT', (signal) => watching.stop(signal))
    .on('SIGTERM', (signal) => watching.stop(signal));
  process.on('SIGHUP', (signal) => watching.converge(signal));
  return await watching.end();
}

/** The functions of a running kernel change with its modules alone, and reading its BTF takes longer than all else together. */
function rememberFunctions(ports: Ports): Ports {
  let known: { readonly modules: string; readonly functions: FunctionCatalog } | undefined;
  const functions = (): FunctionCatalog => {
    const modules = ports.modules.identity();
    if (known?.modules !== modules) known = { modules, functions: ports.functions() };
    return known.functions;
  };
  return { ...ports, functions };
}

interface Printer {
  readonly onConverged: (convergence: Convergence) => void;
  readonly onError: (error: unknown) => void;
}

/** What `apply` prints; of one that finds nothing to do, only the first. */
function textPrinter(context: Context): Printer {
  let isFirst = true;
  return {
    onConverged: (convergence) => {
      if (isFirst || convergence.plan.operations.length > 0) printReport(context, convergence);
      isFirst = false;
    },
    onError: (error) =>
      context.log(
        renderError(error, { ...style(process.stderr), verbose: context.options.verbose }),
      ),
  };
}

/** A line for each convergence; the log has lines of its own. */
function jsonPrinter({ out }: Context): Printer {
  return {
    onConverged: (convergence) => out(toJsonLine(reportFacts(convergence))),
    onError: (error) => out(toJsonLine({ error: errorFacts(error) })),
  };
}
