// What a watch costs that has nothing to do, beside a bare Node and one that watches the same files with chokidar: memory,
// wake-ups, processor time. `npm run bench:idle`, in the virtual machine.
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';

const seconds = 60;
/** What was just busy is woken for a while by V8, which looks whether there is garbage (heap/memory-reducer.h). */
const settleMs = 180_000;
const directory = mkdtempSync('/run/idle-');
const manifest = path.join(directory, 'file-opens.yaml');
cpSync(path.resolve('examples/file-opens'), directory, { recursive: true });

const subjects: Readonly<Record<string, readonly string[]>> = {
  node: ['-e', 'setInterval(() => undefined, 2 ** 30)'],
  'node with chokidar': [
    '-e',
    `import('${path.resolve('node_modules/chokidar/index.js')}').then(({ watch }) => watch('${directory}'))`,
  ],
  'fentryctl watch': ['dist/command/main.cjs', 'watch', '--allow-insecure-files', manifest],
};

for (const [name, args] of Object.entries(subjects)) await measure(name, args);
execFileSync(process.execPath, [
  'dist/command/main.cjs',
  'destroy',
  '--yes',
  '--force',
  'file-opens',
]);

/** All start anew, settle, and are left alone. */
async function measure(name: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  await setTimeout(settleMs);
  const before = look(child);
  await setTimeout(seconds * 1000);
  const after = look(child);
  child.kill('SIGTERM');
  const wakeUps = after.switches - before.switches;
  const ticks = after.ticks - before.ticks;
  process.stdout.write(
    `${name}: ${after.resident} kB resident (most ${after.most} kB), ${wakeUps} wake-ups and ${ticks * 10} ms of processor time in ${seconds} s\n`,
  );
}

/** proc(5): of all threads, how often they waited; clock ticks are hundredths of a second. */
function look({ pid }: ChildProcess) {
  const tasks = readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}/status`);
  const switches = tasks.map((file) => field(file, 'voluntary_ctxt_switches'));
  const [, stat = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = stat.split(' ').slice(11, 13).map(Number);
  return {
    resident: field(`/proc/${pid}/status`, 'VmRSS'),
    most: field(`/proc/${pid}/status`, 'VmHWM'),
    switches: switches.reduce((sum, count) => sum + count, 0),
    ticks: user + system,
  };
}

function field(file: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(file, 'utf8')) ?? [];
  return Number(value);
}
