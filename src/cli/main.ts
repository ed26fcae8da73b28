import process from 'node:process';
import { AppError, ExitStatus } from '../base/errors.ts';
import { askOnTerminal } from './ask.ts';
import { choosePorts } from './choose-ports.ts';
import type { Context } from './context.ts';
import { helpText } from './help.ts';
import type { Parsed } from './options.ts';
import { parseCommandLine } from './options.ts';
import { errorJson, renderError } from './output/error.ts';
import { progressLine } from './output/progress.ts';
import { style } from './output/style.ts';
import { version } from './version.ts';
import { writeErr, writeOut } from './output/write.ts';

/** Fulfilled when the command has ended. */
export const end = main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});

async function main(args: readonly string[]): Promise<ExitStatus> {
  try {
    return await run(parseCommandLine(args));
  } catch (error) {
    const verbose = args.includes('--verbose') || args.includes('-v');
    writeErr(renderError(error, { colour: style(process.stderr).colour, verbose }));
    if (args.includes('--json')) writeOut(errorJson(error));
    return error instanceof AppError ? error.exitStatus : ExitStatus.bug;
  }
}

async function run(parsed: Parsed): Promise<ExitStatus> {
  if (parsed.kind === 'help') writeOut(helpText(parsed.command));
  if (parsed.kind === 'version') writeOut(`fentryctl ${version()}\n`);
  if (parsed.kind !== 'command') return ExitStatus.done;
  const command = await parsed.command.load();
  return await command(await contextFor(parsed));
}

async function contextFor({
  command,
  operands,
  options,
}: Extract<Parsed, { kind: 'command' }>): Promise<Context> {
  const ports = command.usesKernel ? await choosePorts(options.allowInsecureFiles) : undefined;
  return {
    operands,
    options,
    get ports() {
      if (ports === undefined) throw new Error(`"${command.name}" uses no kernel`);
      return ports;
    },
    out: writeOut,
    log: writeErr,
    style: style(process.stdout),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    progress: process.stderr.isTTY ? progressLine(writeErr) : undefined,
    get ask() {
      return process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : undefined; // Node opens stdin when it is named
    },
  };
}
