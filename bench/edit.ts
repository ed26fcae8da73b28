// From an edit of a manifest to its program being attached, by a watch: `npm run bench:edit`, in the virtual machine, whose clock
// counts instructions, one each nanosecond. What the kernel takes for itself is told apart.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';

const edits = 11;
const targets = ['vfs_open', 'vfs_readlink'] as const;
const directory = mkdtempSync('/run/edit-');
const manifest = path.join(directory, 'file-opens.yaml');
cpSync(path.resolve('examples/file-opens'), directory, { recursive: true });
const text = readFileSync(manifest, 'utf8');

/** Milliseconds. */
interface Times {
  readonly wall: number;
  readonly user: number;
  readonly system: number;
}

await main();

async function main(): Promise<void> {
  const watch = spawn(process.execPath, ['dist/command/main.cjs', 'watch', manifest], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const pid = watch.pid ?? 0;
  await attachedTo(targets[0]);
  const times: Times[] = [];
  for (let edit = 1; edit <= edits; edit += 1) {
    await isQuiet(pid);
    times.push(await timed(pid, targets[edit % 2] ?? targets[0]));
  }
  await isQuiet(pid);
  watch.kill('SIGTERM');
  spawnSync(process.execPath, [
    'dist/command/main.cjs',
    'destroy',
    '--yes',
    '--force',
    'file-opens',
  ]);
  const node = median(Array.from({ length: 5 }, bareNode));
  const [wall, user, system] = (['wall', 'user', 'system'] as const).map((key) =>
    median(times.slice(1).map((time) => time[key])),
  );
  process.stdout.write(
    `edit to attached, median of ${edits - 1}: ${show(wall)} ms; of processor time ${show(user)} ms are spent in user space, ${show(system)} ms in the kernel; node -e 0: ${show(node)} ms\n`,
  );
}

/** As editors save: what is renamed into place is whole. */
async function timed(pid: number, target: string): Promise<Times> {
  const edited = `${manifest}.new`;
  writeFileSync(edited, text.replace(`: ${targets[0]}`, `: ${target}`));
  const before = processorTime([pid]);
  const start = performance.now();
  renameSync(edited, manifest);
  await attachedTo(target);
  const wall = performance.now() - start;
  const after = processorTime([pid, ...childrenOf(pid)]);
  const times = { wall, user: after.user - before.user, system: after.system - before.system };
  process.stdout.write(`${target}: ${Object.values(times).map(show).join(' ')}\n`);
  return times;
}

async function attachedTo(target: string): Promise<void> {
  const link = `/sys/fs/bpf/fentryctl/file-opens/attachments/opens/count_open/${target}/fentry/link`;
  while (!existsSync(link)) await setTimeout(2);
}

/** The process that converged has ended. */
async function isQuiet(pid: number): Promise<void> {
  while (childrenOf(pid).length > 0) await setTimeout(10);
  await setTimeout(500);
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
