// Replaces an object of 500 attached programs by exchange, and loads the same object alone: `npm run bench:replace`.
// In a virtual machine that counts instructions: a millisecond of processor time is a million of them, whoever else computes.
// By the clock, waiting for the host's files is in it, and the host may be busy.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { ListedEntry, TreeEntry } from '../src/apply/kernel.ts';
import { LibbpfKernel } from '../src/bpf/kernel/libbpf-kernel.ts';
import { choosePorts } from '../src/cli/choose-ports.ts';
import { converge } from '../src/converge.ts';
import type { PinPath } from '../src/state/ids.ts';
import { pinPath } from '../src/state/ids.ts';

const object = path.resolve(import.meta.dirname, '../test/objects/five-hundred.bpf.o');
const root = pinPath('/sys/fs/bpf/bench');
const rounds = 3;
/** Functions that nothing calls meanwhile; each takes 25 of the programs, and could take 36. */
const functions = [
  ...Array.from({ length: 8 }, (_, index) => `bpf_fentry_test${index + 1}`),
  'inet_bind',
  'inet_listen',
  'inet_accept',
  'tcp_sendmsg',
  'tcp_recvmsg',
  'tcp_close',
  'udp_sendmsg',
  'udp_recvmsg',
  'vfs_setxattr',
  'vfs_removexattr',
  'vfs_listxattr',
  'do_truncate',
];

/** Milliseconds of each part of a run: by the clock, and of the processor. */
type Phases = Readonly<Record<string, Time>>;

interface Time {
  readonly clock: number;
  readonly cpu: number;
}

function measure(): void {
  const directory = mkdtempSync('/tmp/bench-');
  show('attach by exchange', run(write(directory, 'kept', { step: 1, state: 'attached' })));
  const ratios: Ratio[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const step = round + 1;
    const alone = run(write(directory, `alone-${round}`, { step, state: 'loaded' }));
    const replaced = run(write(directory, 'kept', { step, state: 'attached' }));
    show(`${round}: load alone`, alone);
    show(`${round}: replace`, replaced);
    ratios.push({
      operations: operationsOf(replaced).cpu / operationsOf(alone).cpu,
      all: sum(replaced).cpu / sum(alone).cpu,
    });
  }
  print('replace / load alone, of processor time; bar 1.5');
  print(`all of the run: ${texts(ratios.map(({ all }) => all))}`);
  print(`without what is read and planned: ${texts(ratios.map(({ operations }) => operations))}`);
}

interface Ratio {
  readonly operations: number;
  readonly all: number;
}

function texts(numbers: readonly number[]): string {
  return numbers.map((number) => number.toFixed(2)).join(', ');
}

/** A manifest of all programs; another `step` is another version of the object. */
function write(
  directory: string,
  name: string,
  { step, state }: { readonly step: number; readonly state: string },
): string {
  const file = path.join(directory, `${name}.yaml`);
  const programs = Array.from({ length: 500 }, (_, index) => {
    const program = `p${String(index).padStart(3, '0')}`;
    return `      ${program}: { target: ${functions[index % functions.length]}, state: ${state} }\n`;
  });
  const it = `    file: ${object}\n    globals: { step: ${step} }\n    programs:\n${programs.join('')}`;
  writeFileSync(file, `version: 1\nobjects:\n  it:\n${it}`);
  return file;
}

/** In a process of its own, as the command would: nothing is warm. */
function run(file: string): Phases {
  const argv = [...process.execArgv, import.meta.filename, file];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Phases; // what the other half of this file prints
}

async function phasesOf(file: string): Promise<Phases> {
  const clock = new Clock();
  const kernel = new TimedKernel(clock);
  const ports = await choosePorts(true);
  const { report } = await converge({ ...ports, kernel }, root, file, {
    lockTimeoutMs: 0,
    onStart: ({ kind }) => clock.enter(kind),
    onCommit: () => clock.enter('commit'),
  });
  if (report.error !== undefined) throw report.error;
  return clock.stop();
}

class Clock {
  phase = 'plan';
  readonly #phases: Record<string, Time> = {};
  #since = now();

  enter(next: string): void {
    if (next === this.phase) return;
    const time = now();
    this.#phases[this.phase] = plus(this.#phases[this.phase], minus(time, this.#since));
    this.phase = next;
    this.#since = time;
  }

  stop(): Phases {
    this.enter('');
    return this.#phases;
  }
}

const none: Time = { clock: 0, cpu: 0 };

function now(): Time {
  const { user, system } = process.cpuUsage(); // microseconds
  return { clock: performance.now(), cpu: (user + system) / 1000 };
}

function plus(a: Time = none, b: Time = none): Time {
  return { clock: a.clock + b.clock, cpu: a.cpu + b.cpu };
}

function minus(a: Time, b: Time): Time {
  return { clock: a.clock - b.clock, cpu: a.cpu - b.cpu };
}

class TimedKernel extends LibbpfKernel {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override read(directory: PinPath): readonly TreeEntry[] {
    this.#clock.enter(this.#clock.phase === 'plan' ? 'plan' : 'verify');
    return super.read(directory);
  }

  override list(directory: PinPath): readonly ListedEntry[] {
    this.#clock.enter('sweep');
    return super.list(directory);
  }
}

/** What is changed, without what is read before and after it. */
function operationsOf({
  plan: _plan,
  verify: _verify,
  sweep: _sweep,
  ...operations
}: Phases): Time {
  return sum(operations);
}

function sum(phases: Phases): Time {
  return Object.values(phases).reduce((total, time) => plus(total, time), none);
}

function show(what: string, phases: Phases): void {
  const text = ({ clock, cpu }: Time): string => `${cpu.toFixed(0)} (clock ${clock.toFixed(0)})`;
  const parts = Object.entries(phases).map(([name, time]) => `${name} ${text(time)}`);
  print(`${what}: ${text(operationsOf(phases))} ms of ${text(sum(phases))}: ${parts.join(', ')}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// last: the classes above are there only now
const [, , manifest] = process.argv;
if (manifest === undefined) measure();
else print(JSON.stringify(await phasesOf(manifest)));
