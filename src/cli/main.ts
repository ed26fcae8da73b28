#!/usr/bin/env node
import process from 'node:process';
import { AppError, ExitStatus } from '../base/errors.ts';
import type { Ports } from '../converge.ts';
import type { Context } from './context.ts';
import { helpText } from './help.ts';
import type { Parsed } from './options.ts';
import { parseCommandLine } from './options.ts';
import { askOnTerminal } from './ask.ts';
import { errorJson, renderError } from './output/error.ts';
import { style } from './output/style.ts';
import { version } from './version.ts';
import { writeErr, writeOut } from './output/write.ts';

process.exitCode = await main(process.argv.slice(2));

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
  operands,
  options,
}: Extract<Parsed, { kind: 'command' }>): Promise<Context> {
  return {
    operands,
    options,
    ports: await choosePorts(options.allowInsecureFiles),
    out: writeOut,
    log: writeErr,
    style: style(process.stdout),
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : undefined,
  };
}

/** The only place that chooses a kernel. */
async function choosePorts(allowInsecureFiles: boolean): Promise<Ports> {
  const { LibbpfKernel } = await import('../bpf/kernel/libbpf-kernel.ts');
  const { inspect } = await import('../bpf/inspect.ts');
  const { checkGlobals } = await import('../bpf/check-globals.ts');
  const { KernelCatalog } = await import('../bpf/catalog/kernel-catalog.ts');
  const { LoadedModules } = await import('../bpf/btf/loaded-modules.ts');
  const { KernelTargetObjects } = await import('../bpf/kernel/target-objects.ts');
  const { missingCapabilities } = await import('../bpf/privileges.ts');
  const isPrivileged = process.geteuid?.() === 0 || missingCapabilities().length === 0;
  const ownersCheckedFor = isPrivileged && !allowInsecureFiles ? process.geteuid?.() : undefined;
  const kernel = new LibbpfKernel();
  return {
    kernel,
    inspect,
    checkGlobals,
    functions: () => new KernelCatalog(),
    modules: new LoadedModules(),
    targetObjects: () => new KernelTargetObjects(),
    ownersCheckedFor,
  };
}
