import { defaultDeadlines, defaultMachine, runInVm } from '../vm/run-in-vm.ts';
import { faultsCommand } from './command.ts';

/** On the host: the long form, in a virtual machine; the options are those of main.ts. */
const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => controller.abort());

const options = {
  argv: [...faultsCommand, ...process.argv.slice(2)],
  directory: process.cwd(),
  environment: {},
  shares: [],
  kernel: undefined,
  acceleration: undefined,
  machine: defaultMachine,
  deadlines: { ...defaultDeadlines, silence: 900_000, total: 6 * 3_600_000 },
};
const events = {
  onNote: (text: string) => void process.stderr.write(`vm: ${text}\n`),
  onOutput: (bytes: Uint8Array) => void process.stdout.write(bytes),
};
const result = await runInVm(options, events, controller.signal);
if (result.kind === 'failed') process.stderr.write(`${result.message}\n${result.console}\n`);
process.exitCode = result.kind === 'exited' ? result.status : 125;
