import { mkdirSync } from 'node:fs';
import { defaultMachine, runInVm } from '../test/vm/run-in-vm.ts';
import { build } from './build.ts';

/** Runs one of the guest's scripts in the virtual machine; what is built can be written there. */
export async function inGuest(
  script: string,
  argument: string,
  { kernel, icount }: { readonly kernel: string | undefined; readonly icount: boolean },
): Promise<void> {
  mkdirSync(build, { recursive: true });
  const hours = 60 * 60 * 1000;
  const result = await runInVm(
    {
      argv: [process.execPath, '--import', 'tsx', `bench/guest/${script}`, argument],
      directory: process.cwd(),
      environment: {},
      shares: [build],
      kernel,
      acceleration: icount ? 'emulation' : undefined,
      // With a second processor for the kernel's work and a runtime's threads; nothing else attaches at the same time.
      machine: icount
        ? { ...defaultMachine, icount }
        : { ...defaultMachine, smp: 2, parallel: true },
      deadlines: { silence: hours / 2, total: 3 * hours },
    },
    {
      onNote: (text) => process.stderr.write(`vm: ${text}\n`),
      onOutput: (bytes) => void process.stdout.write(bytes),
    },
  );
  if (result.kind === 'failed') throw new Error(`${result.message}\n${result.console}`);
  if (result.status !== 0)
    throw new Error(`bench/guest/${script} ended with ${String(result.status)}`);
}
