import { appendFileSync, readFileSync } from 'node:fs';
import process from 'node:process';
import type { Case, Line, Mode, Sample } from '../sample.ts';
import { type Extent, casesOf, rotated, roundsOf } from '../schedule.ts';
import type { Target } from '../targets.ts';
import { countCalls, measure, takeFiles } from './measure.ts';
import { type Peer, peers, versions, whyAbsent } from './peers.ts';
import { layOut, takeHelpers } from './task.ts';

/** What the host asks of the guest. */
export interface Order extends Extent {
  readonly mode: Mode;
  /** What is reported goes there as soon as it is known, a line each. */
  readonly report: string;
  readonly targets: string;
}

const largestWarmUp = 100;
const warm = new Set<string>();
const order = JSON.parse(process.argv[2] ?? '') as Order; // written by the host's half
await main(order);

async function main({ mode, ...extent }: Order): Promise<void> {
  const targets = JSON.parse(readFileSync(order.targets, 'utf8')) as readonly Target[]; // written by list-targets.ts
  takeHelpers();
  process.env['FENTRYCTL_CACHE'] = '/run/bench-code'; // in memory, as all files are
  for (const [peer, version] of versions()) report({ kind: 'version', peer, version });
  const present = peers.filter(isPresent);
  for (const one of casesOf(mode, extent)) {
    const able = present.filter(({ work }) => work === one.work);
    const size = Math.max(1, ...extent.sizes.filter((some) => some <= largestWarmUp)); // there is an object of 1 in any case
    for (const peer of able) await warmUp(peer, { work: one.work, size }, targets);
    for (let round = 0; round < roundsOf(mode, one.size, extent); round += 1)
      await runRound(rotated(able, round), one, { mode, round, targets });
  }
}

function isPresent(peer: Peer): boolean {
  const reason = whyAbsent(peer);
  if (reason !== undefined) report({ kind: 'absent', peer: peer.name, reason });
  return reason === undefined;
}

/**
 * The files of a program come from the host the first time that it runs, from memory afterwards. fentryctl compiles its code then, and
 * for more than a few functions makes its tables of names.
 */
async function warmUp(peer: Peer, one: Case, targets: readonly Target[]): Promise<void> {
  const task = layOut(one, targets);
  const program = peer.command(task).slice(0, 3).join(' ');
  if (!warm.has(program)) await takeFiles(peer, task);
  warm.add(program);
}

interface Round {
  readonly mode: Mode;
  readonly round: number;
  readonly targets: readonly Target[];
}

async function runRound(
  able: readonly Peer[],
  one: Case,
  { mode, round, targets }: Round,
): Promise<void> {
  for (const peer of able) {
    const measured = await measure(peer, layOut(one, targets));
    const calls = isCounted(mode, one) ? await countCalls(peer, layOut(one, targets)) : undefined;
    const counted = calls === undefined ? {} : { calls };
    show({ ...one, mode, round, peer: peer.name, ...measured, ...counted });
  }
}

/** They are the same in each round, and go up with the size. */
function isCounted(mode: Mode, { work, size }: Case): boolean {
  return mode === 'I' && size <= 100 && (work === 'object' || work === 'program');
}

function show(sample: Sample): void {
  report({ kind: 'sample', sample });
  const { mode, work, size, peer, round, wall, cpu, rss, calls, remark } = sample;
  const seconds = (time: number): string => (time / 1e9).toFixed(3);
  const figures = `${seconds(wall)} s, cpu ${seconds(cpu)} s, ${(rss / 1e6).toFixed(0)} MB, ${String(calls ?? '-')} calls`;
  process.stdout.write(
    `${mode} ${work} ${String(size)} #${String(round)} ${peer}: ${figures} ${remark ?? ''}\n`,
  );
}

function report(line: Line): void {
  appendFileSync(order.report, `${JSON.stringify(line)}\n`);
}
