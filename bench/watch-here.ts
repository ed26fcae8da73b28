// From an edit of a manifest to the kernel refusing its program, by a watch: `npm run bench:watch-here`, as root, on a machine whose kernel
// refuses tracing programs. An ordinary clock, and all that a watch does up to and with BPF_PROG_LOAD; attaching and pinning is not in it.
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

const edits = 15;
const command = path.resolve('dist/command/main.cjs');
/** In a mount namespace of its own: a BPF file system for it alone. */
const inNamespace = 'mount -t bpf bpf /sys/fs/bpf && exec "$0" "$@"';

type Watch = ChildProcessByStdio<null, null, Readable>;

const directory = mkdtempSync('/run/edit-');
const manifest = path.join(directory, 'file-opens.yaml');
cpSync(path.resolve('examples/file-opens'), directory, { recursive: true });
const text = readFileSync(manifest, 'utf8');
try {
  const times: number[] = [];
  for (let edit = 0; edit < edits; edit += 1) times.push(await timed());
  const bare = Array.from({ length: edits }, bareNode);
  process.stdout.write(
    `edit to the kernel's refusal, ms: ${summary(times)}; node -e 0: ${summary(bare)}\n`,
  );
} finally {
  rmSync(directory, { recursive: true });
}

/** What cannot be understood first keeps it waiting; what the kernel refuses ends it. */
async function timed(): Promise<number> {
  writeFileSync(manifest, 'nonsense: 1\n');
  const argv = ['--mount', 'sh', '-c', inNamespace, process.execPath, command, 'watch', manifest];
  const watch = spawn('unshare', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  await heard(watch, 'waiting for a change');
  await setTimeout(1000); // at rest
  writeFileSync(`${manifest}.new`, text);
  const refusal = heard(watch, 'this kernel refuses tracing programs');
  const start = performance.now();
  renameSync(`${manifest}.new`, manifest);
  await refusal;
  const time = performance.now() - start;
  await once(watch, 'exit');
  return time;
}

/** Throws when it ends without having said so. */
async function heard({ stderr }: Watch, wanted: string): Promise<void> {
  let said = '';
  for await (const part of stderr.iterator({ destroyOnReturn: false })) {
    said += String(part);
    if (said.includes(wanted)) return;
  }
  throw new Error(`the watch ended without "${wanted}": ${said}`);
}

function bareNode(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}

function summary(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b).map((time) => time.toFixed(0));
  return `${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]} to ${sorted.at(-1)})`;
}
