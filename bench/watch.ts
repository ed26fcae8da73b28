// How soon a watch attaches: after an edit of a manifest, and after a module is loaded that it waits for. `npm run bench:watch`, in
// the virtual machine, whose clock counts instructions, one each nanosecond. What the kernel takes for itself is told apart.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { escapeName } from '../src/state/escape.ts';

const rounds = 11;
const command = 'dist/command/main.cjs';
const directory = mkdtempSync('/run/watch-');
const manifest = path.join(directory, 'file-opens.yaml');
cpSync(path.resolve('examples/file-opens'), directory, { recursive: true });
const text = readFileSync(manifest, 'utf8');
const inModule = 'dummy:dummy_xmit';
const module = takeModule('dummy');
const waiting = manifestFor(`{ targets: ["${inModule}"], if_missing: wait }`);

/** Milliseconds. */
interface Times {
  readonly wall: number;
  readonly user: number;
  readonly system: number;
}

/** One thing that a watch attaches for, again and again. */
interface Cause {
  /** What it takes before, which is not measured. */
  readonly prepare: (round: number, pid: number) => Promise<void>;
  readonly happen: () => void;
  /** Then it is attached to this. */
  readonly target: (round: number) => string;
}

const edit: Cause = {
  prepare: async (round, pid) => {
    await isQuiet(pid);
    writeFileSync(`${manifest}.new`, manifestFor(targetOf(round)));
  },
  happen: () => renameSync(`${manifest}.new`, manifest), // as editors save: what is put in place is whole
  target: targetOf,
};
const load: Cause = {
  prepare: async (_, pid) => {
    writeFileSync(manifest, manifestFor(targetOf(0))); // what is attached to a module keeps it
    await isQuiet(pid);
    spawnSync('rmmod', ['dummy']);
    writeFileSync(manifest, waiting);
    await isQuiet(pid);
  },
  happen: () => spawnSync('insmod', [module]),
  target: () => inModule,
};

await main();

async function main(): Promise<void> {
  const node = Array.from({ length: 5 }, bareNode).toSorted((a, b) => a - b)[2];
  process.stdout.write(`node -e 0: ${show(node)} ms\n`);
  await measure('edit', edit);
  await measure('insmod', load);
}

/** The first round compiles what the others find compiled. */
async function measure(name: string, cause: Cause): Promise<void> {
  writeFileSync(manifest, manifestFor(targetOf(0)));
  const watch = spawn(process.execPath, [command, 'watch', manifest], { stdio: 'ignore' });
  const pid = watch.pid ?? 0;
  const times: Times[] = [];
  await attachedTo(targetOf(0));
  for (let round = 1; round <= rounds; round += 1) {
    await cause.prepare(round, pid);
    times.push(await timed(pid, cause, round));
  }
  await isQuiet(pid);
  watch.kill('SIGTERM');
  spawnSync(process.execPath, [command, 'destroy', '--yes', '--force', 'file-opens']);
  const [wall, user, system] = (['wall', 'user', 'system'] as const).map((key) =>
    median(times.slice(1).map((time) => time[key])),
  );
  process.stdout.write(
    `${name} to attached, median of ${times.length - 1}: ${show(wall)} ms; of processor time ${show(user)} ms are spent in user space, ${show(system)} ms in the kernel\n`,
  );
}

async function timed(pid: number, { happen, target }: Cause, round: number): Promise<Times> {
  const before = processorTime([pid]);
  const start = performance.now();
  happen();
  await attachedTo(target(round));
  const wall = performance.now() - start;
  const after = processorTime([pid, ...childrenOf(pid)]);
  const times = { wall, user: after.user - before.user, system: after.system - before.system };
  process.stdout.write(`${Object.values(times).map(show).join(' ')}\n`);
  return times;
}

/** In memory: while a file of the host is read, the clock leaps. */
function takeModule(name: string): string {
  const { stdout } = spawnSync('modinfo', ['--field', 'filename', name], { encoding: 'utf8' });
  const copy = path.join(directory, `${name}.ko`);
  cpSync(stdout.trim(), copy);
  return copy;
}

function targetOf(round: number): string {
  return round % 2 === 0 ? 'vfs_open' : 'vfs_readlink';
}

function manifestFor(target: string): string {
  return text.replace(': vfs_open', `: ${target}`);
}

async function attachedTo(target: string): Promise<void> {
  const link = `/sys/fs/bpf/fentryctl/file-opens/attachments/opens/count_open/${escapeName(target)}/fentry/link`;
  while (!existsSync(link)) await setTimeout(2);
}

/** The process that converged has ended. */
async function isQuiet(pid: number): Promise<void> {
  do await setTimeout(1000);
  while (childrenOf(pid).length > 0);
}

function childrenOf(pid: number): readonly number[] {
  const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return ids === '' ? [] : ids.split(' ').map(Number);
}

/** proc(5), without that of children who have ended: clock ticks are hundredths of a second. */
function processorTime(pids: readonly number[]) {
  const sum = { user: 0, system: 0 };
  for (const pid of pids) {
    const [, stat = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [user = 0, system = 0] = stat.split(' ').slice(11, 13).map(Number);
    sum.user += user * 10;
    sum.system += system * 10;
  }
  return sum;
}

function bareNode(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function show(ms: number | undefined): string {
  return (ms ?? Number.NaN).toFixed(0);
}
