import type { VmResult } from './guest.ts';
import { OptionError, parseOptions, type Request, usage } from './options.ts';
import { prepareDebianTree } from './debian-tree.ts';
import { prepareBoot, runInVm } from './run-in-vm.ts';
import { UnavailableError } from './tool.ts';

const status = { usage: 64, unavailable: 69, guestFailed: 125, interrupted: 130 } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    return await run(parseOptions(process.argv.slice(2), process.cwd(), process.env));
  } catch (error) {
    if (error instanceof OptionError) return complain(`${error.message}\n\n${usage}`, status.usage);
    if (error instanceof UnavailableError) return complain(error.message, status.unavailable);
    throw error;
  }
}

async function run(request: Request): Promise<number> {
  switch (request.kind) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'prepare': {
      const { kernel } = await prepareBoot(request.kernel);
      await prepareDebianTree();
      note(`linux ${kernel.release} is ready`);
      return 0;
    }
    case 'run': {
      const events = {
        onNote: note,
        onOutput: (bytes: Uint8Array) => void process.stdout.write(bytes),
      };
      const result = await runInVm(request.options, events, onInterrupt());
      if (request.showConsole) note(`console:\n${result.console}`);
      return report(result);
    }
  }
}

function report(result: VmResult): number {
  if (result.kind === 'exited') return result.status;
  if (result.reason === 'interrupted') return complain(result.message, status.interrupted);
  return complain(`${result.message}\n${result.console}`, status.guestFailed);
}

function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => controller.abort());
  return controller.signal;
}

function note(text: string): void {
  process.stderr.write(`vm: ${text}\n`);
}

function complain(text: string, exitCode: number): number {
  note(text);
  return exitCode;
}
