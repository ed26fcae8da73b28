import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import type { Acceleration } from './qemu-arguments.ts';
import { defaultDeadlines, defaultMachine, type VmOptions } from './run-in-vm.ts';

export const usage = `usage: npx tsx test/vm/main.ts [OPTION…] -- COMMAND [ARGUMENT…]
       npm run vm -- --prepare [--kernel SERIES]

Runs a command in this directory on a stock Debian kernel, in a virtual machine. The host's files are there;
what the command writes is gone afterwards. The exit status is the command's own; 125 when the guest failed
(kernel panic, silence, timeout), 69 when this machine lacks what it takes.

  --systemd            boot a minimal Debian with its own systemd; the command is a service there
  --suite SUITE        with --systemd: that release, e.g. trixie, rather than this machine's own
  --kernel SERIES      e.g. 6.1 (default: the release's own kernel)
  --smp N              processors (default 1)
  --memory SIZE        e.g. 2G (default 4G)
  --icount             guest time counts instructions
  --parallel           one host thread for each processor; unsafe with two attachers at once
  --accel MODE         kvm or emulation (default: kvm where it was seen to work)
  --share DIR          writable for the guest, at the same path; repeatable
  --env NAME[=VALUE]   a variable for the command; repeatable
  --silence SECONDS    without output (default 300)
  --timeout SECONDS    for all of it (default 1200)
  --console            show the kernel's console on stderr afterwards, whatever happened
  --prepare            only fetch and build what a guest boots from
`;

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'prepare'; readonly kernel: string | undefined }
  | { readonly kind: 'run'; readonly options: VmOptions; readonly showConsole: boolean };

/** The command line makes no sense; `message` says why. */
export class OptionError extends Error {}

const known = {
  help: { type: 'boolean', short: 'h' },
  systemd: { type: 'boolean' },
  suite: { type: 'string' },
  kernel: { type: 'string' },
  smp: { type: 'string' },
  memory: { type: 'string' },
  icount: { type: 'boolean' },
  parallel: { type: 'boolean' },
  accel: { type: 'string' },
  share: { type: 'string', multiple: true },
  env: { type: 'string', multiple: true },
  silence: { type: 'string' },
  timeout: { type: 'string' },
  console: { type: 'boolean' },
  prepare: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>;

/** Reads the command line; everything after the first `--` is the command. */
export function parseOptions(
  args: readonly string[],
  directory: string,
  environment: NodeJS.ProcessEnv,
): Request {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const values = parse(args.slice(0, end));
  const argv = args.slice(end + 1);
  if (values.help === true) return { kind: 'help' };
  if (values.prepare === true) return { kind: 'prepare', kernel: values.kernel };
  if (argv.length === 0) throw new OptionError('no command: give it after "--"');
  const options = {
    argv,
    directory,
    environment: variables(values.env ?? [], environment),
    shares: (values.share ?? []).map((path) => resolve(directory, path)),
    systemd: values.systemd ?? false,
    suite: suite(values),
    kernel: values.kernel,
    ...machineOptions(values),
  };
  return { kind: 'run', options, showConsole: values.console ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: false }).values;
  } catch (cause) {
    throw new OptionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function machineOptions(values: Values): Pick<VmOptions, 'acceleration' | 'machine' | 'deadlines'> {
  const silence =
    values.silence === undefined
      ? defaultDeadlines.silence
      : 1000 * count('silence', values.silence);
  const total =
    values.timeout === undefined ? defaultDeadlines.total : 1000 * count('timeout', values.timeout);
  return {
    acceleration: acceleration(values.accel),
    machine: {
      smp: values.smp === undefined ? defaultMachine.smp : count('smp', values.smp),
      memory: values.memory ?? defaultMachine.memory,
      icount: values.icount ?? defaultMachine.icount,
      parallel: values.parallel ?? defaultMachine.parallel,
    },
    deadlines: { silence, total },
  };
}

function acceleration(text: string | undefined): Acceleration | undefined {
  if (text === undefined || text === 'kvm' || text === 'emulation') return text;
  throw new OptionError(`--accel takes kvm or emulation, not "${text}"`);
}

function suite({ suite: name, systemd = false }: Values): string | undefined {
  if (name === undefined) return undefined;
  if (!systemd)
    throw new OptionError('--suite takes --systemd: other files are those of this machine');
  if (!/^[a-z]+$/.test(name)) throw new OptionError(`--suite takes a name, not "${name}"`);
  return name;
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new OptionError(`--${name} takes a number from 1 on, not "${text}"`);
  return Number(text);
}

function variables(
  requests: readonly string[],
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  return Object.fromEntries(requests.flatMap((request) => variable(request, environment)));
}

function variable(
  request: string,
  environment: NodeJS.ProcessEnv,
): readonly (readonly [string, string])[] {
  const [name = '', ...rest] = request.split('=');
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new OptionError(`--env takes NAME or NAME=VALUE, not "${request}"`);
  const value = request.includes('=') ? rest.join('=') : environment[name];
  return value === undefined ? [] : [[name, value]];
}
