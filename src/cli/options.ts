import { parseArgs } from 'node:util';
import path from 'node:path';
import { UsageError } from '../base/errors.ts';
import { parseMetricsAddress } from '../daemon/metrics/address.ts';
import { didYouMean } from '../base/suggest.ts';
import { pinPath } from '../state/ids.ts';
import { defaultRoot } from '../state/pin-layout.ts';
import type { Command } from './commands.ts';
import { commands } from './commands.ts';
import type { Options } from './context.ts';

export interface OptionText {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  readonly value?: string;
  readonly summary: string;
}

export const optionTexts = {
  root: {
    type: 'string',
    value: 'DIR',
    summary: `directory in bpffs that holds the pins (default ${defaultRoot})`,
  },
  json: { type: 'boolean', summary: 'print the answer as JSON' },
  verbose: {
    type: 'boolean',
    short: 'v',
    summary: 'print whole verifier and libbpf logs with errors',
  },
  help: { type: 'boolean', short: 'h', summary: 'print this help' },
  version: { type: 'boolean', summary: 'print the version' },
  'detailed-exitcode': { type: 'boolean', summary: 'exit 2 when there is something to do' },
  out: {
    type: 'string',
    value: 'FILE',
    summary: 'save the plan, for "apply FILE"; only a saved plan is written over',
  },
  'lock-timeout': {
    type: 'string',
    value: 'TIME',
    summary: 'wait so long for another run, e.g. 10s, 500ms (default 10s)',
  },
  'apply-timeout': {
    type: 'string',
    value: 'TIME',
    summary: 'stop a convergence that takes longer, and kill it if it does not stop (default 60s)',
  },
  'dry-run': { type: 'boolean', summary: 'show what would be done, and the units; change nothing' },
  poll: {
    type: 'string',
    value: 'TIME',
    summary: 'also look at the files so often, for NFS and overlays, which tell of no changes',
  },
  resync: {
    type: 'string',
    value: 'TIME',
    summary: 'also converge so often, for changes that the kernel does not tell (default never)',
  },
  metrics: {
    type: 'string',
    value: 'ADDRESS',
    summary:
      'serve metrics for Prometheus, and health, at HOST:PORT or unix:PATH (default nowhere)',
  },
  watch: { type: 'boolean', summary: 'go on showing it, with runs per second, until SIGINT' },
  every: { type: 'string', value: 'TIME', summary: 'with --watch: look so often (default 1s)' },
  yes: { type: 'boolean', summary: 'do not ask; needed without a terminal' },
  force: {
    type: 'boolean',
    summary:
      'detach even what the guard or "protect: true" would keep; watch does so only when started with it; of units, take even those that somebody edited',
  },
  'allow-insecure-files': {
    type: 'boolean',
    summary: 'take manifests and objects that others than root and you could change',
  },
  key: { type: 'string', value: 'FILE', summary: 'private key to sign with: Ed25519, in PEM' },
  'generate-key': {
    type: 'string',
    value: 'FILE',
    summary: 'make a private key instead, in a new file',
  },
  attachable: { type: 'boolean', summary: 'list only functions that programs can be attached to' },
} as const satisfies Record<string, OptionText>;

export type OptionName = keyof typeof optionTexts;

/** Options that every command takes. */
export const commonOptions: readonly OptionName[] = ['root', 'json', 'verbose', 'help', 'version'];

export type Parsed =
  | { readonly kind: 'help'; readonly command: Command | undefined }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly operands: readonly string[];
      readonly options: Options;
    };

/** Reads a command line. Throws a `UsageError` that says what to write instead. */
export function parseCommandLine(args: readonly string[]): Parsed {
  const { values, positionals } = parse(args);
  const [name, ...operands] = positionals;
  if (values.version === true) return { kind: 'version' };
  if (name === undefined || name === 'help')
    return helpFor(values.help === true || name === 'help', operands[0]);
  const command = findCommand(name);
  if (values.help === true) return { kind: 'help', command };
  checkOptions(command, Object.keys(values));
  checkOperands(command, operands);
  return { kind: 'command', command, operands, options: toOptions(values) };
}

function helpFor(wanted: boolean, name: string | undefined): Parsed {
  if (!wanted) throw new UsageError('no command given', { hint: 'try "fentryctl --help"' });
  return { kind: 'help', command: name === undefined ? undefined : findCommand(name) };
}

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  try {
    const options = optionTexts;
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(error);
  }
}

/** Node's own message, without its advice about `--`, and the nearest option. */
function usageError(error: unknown): UsageError {
  const message = error instanceof Error ? error.message : String(error);
  const option = /Unknown option '(-+[^']*)'/.exec(message)?.[1];
  if (option === undefined)
    return new UsageError(firstSentence(message), { hint: 'try "fentryctl --help"' });
  const near = didYouMean(
    option,
    Object.keys(optionTexts).map((name) => `--${name}`),
  );
  return new UsageError(`unknown option "${option}"`, { hint: near ?? 'try "fentryctl --help"' });
}

function firstSentence(message: string): string {
  const [first = message] = message.split('. ');
  return (first.charAt(0).toLowerCase() + first.slice(1)).replaceAll("'", '"');
}

function findCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const near = didYouMean(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw new UsageError(`unknown command "${name}"`, { hint: near ?? 'try "fentryctl --help"' });
}

function checkOptions(command: Command, given: readonly string[]): void {
  const known: readonly string[] = [...commonOptions, ...command.options];
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`"${command.name}" takes no option "--${unknown}"`, {
    hint: `try "fentryctl ${command.name} --help"`,
  });
}

function checkOperands(
  { name, operands, count: [least, most] }: Command,
  given: readonly string[],
): void {
  if (given.length >= least && given.length <= most) return;
  const problem =
    given.length < least ? 'is missing an argument' : `does not take "${given[most]}"`;
  throw new UsageError(`"${name}" ${problem}`, {
    hint: `usage: fentryctl ${name} ${operands}`.trimEnd(),
  });
}

function toOptions(values: Values): Options {
  return {
    root: rootOf(values.root),
    json: values.json ?? false,
    verbose: values.verbose ?? false,
    detailedExitcode: values['detailed-exitcode'] ?? false,
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    force: values.force ?? false,
    allowInsecureFiles: values['allow-insecure-files'] ?? false,
    out: values.out,
    key: values.key,
    generateKey: values['generate-key'],
    applyTimeoutMs: milliseconds('--apply-timeout', values['apply-timeout'] ?? '60s'),
    pollMs: values.poll === undefined ? undefined : period('--poll', values.poll),
    resyncMs: values.resync === undefined ? undefined : period('--resync', values.resync),
    metrics: values.metrics === undefined ? undefined : parseMetricsAddress(values.metrics),
    attachable: values.attachable ?? false,
    watch: values.watch ?? false,
    everyMs: values.every === undefined ? undefined : period('--every', values.every),
    lockTimeoutMs: milliseconds('--lock-timeout', values['lock-timeout'] ?? '10s'),
  };
}

function rootOf(text: string | undefined): Options['root'] {
  if (text === undefined) return defaultRoot;
  const root = path.resolve(text);
  if (text !== '' && root !== '/') return pinPath(root);
  throw new UsageError(`"--root ${text}" is not a directory in bpffs`, {
    hint: `e.g. --root ${defaultRoot}`,
  });
}

/** So often at most: more would keep a processor busy. */
const leastPeriodMs = 100;

function period(option: string, text: string): number {
  const length = milliseconds(option, text);
  if (length >= leastPeriodMs) return length;
  throw new UsageError(`"${option} ${text}" is too often`, { hint: 'e.g. 5s; at least 100ms' });
}

/** Timers of Node count no further: what is longer would be over at once. */
const longestMs = 2 ** 31 - 1;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function milliseconds(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  if (match === null)
    throw new UsageError(`"${option} ${text}" is not a time`, { hint: 'e.g. 10s, 500ms or 2m' });
  const length = Number(match[1]) * (units[match[2] ?? 's'] ?? 1);
  if (length <= longestMs) return length;
  throw new UsageError(`"${option} ${text}" is too long`, { hint: 'at most 35000m' });
}
