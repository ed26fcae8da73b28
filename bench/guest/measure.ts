import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Sample } from '../sample.ts';
import { localise } from './localise.ts';
import type { Peer } from './peers.ts';
import { type Task, clean, helper, pinned } from './task.ts';

const output = '/run/bench-output';
const counts = '/run/bench-counts';

export type Measured = Pick<Sample, 'status' | 'wall' | 'cpu' | 'rss' | 'remark'>;

/** What a peer takes for a task, from nothing; all that it made is gone afterwards. */
export async function measure(peer: Peer, task: Task): Promise<Measured> {
  try {
    prepare(peer, task);
    const argv = [output, peer.until ?? '', ...peer.command(task)];
    const run = spawnSync(helper('measure'), argv, { encoding: 'utf8' });
    const measured = JSON.parse(run.stdout) as Measured; // written by measure.c
    const remark = remarkOn(peer, task, measured.status);
    return remark === undefined ? measured : { ...measured, remark };
  } finally {
    await clean();
  }
}

/** Has all files that it opens in memory from now on. */
export async function takeFiles(peer: Peer, task: Task): Promise<void> {
  try {
    prepare(peer, task);
    localise(commandThatEnds(peer, task));
  } finally {
    await clean();
  }
}

/** How often it calls bpf(2): another run, for counting takes time itself. */
export async function countCalls(peer: Peer, task: Task): Promise<number | undefined> {
  try {
    prepare(peer, task);
    const strace = ['-f', '--seccomp-bpf', '-c', '-e', 'trace=bpf', '-o', counts];
    spawnSync('strace', [...strace, ...commandThatEnds(peer, task)], { stdio: 'ignore' });
    const line = /^ *[\d.]+ +[\d.]+ +\d+ +(\d+)(?: +\d+)? +bpf$/m.exec(
      readFileSync(counts, 'utf8'),
    );
    return line === null ? undefined : Number(line[1]);
  } finally {
    await clean();
  }
}

function commandThatEnds(peer: Peer, task: Task): readonly string[] {
  return peer.commandThatEnds?.(task) ?? peer.command(task);
}

function prepare(peer: Peer, task: Task): void {
  const [program, ...argv] = peer.before?.(task) ?? [];
  if (program === undefined) return;
  const { status, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${peer.name} is not prepared: ${stderr}`);
}

function remarkOn(peer: Peer, task: Task, status: number): string | undefined {
  const count = pinned();
  if (status !== 0)
    return `${lastLine(readFileSync(output, 'utf8'))}; ${String(count)} pins are left`;
  const least = (peer.pinsEach ?? 0) * task.size;
  return count >= least ? undefined : `only ${String(count)} pins of ${String(least)}`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
