import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliProcesses } from '../support/cli-process.ts';
import type { CliProcess } from '../support/cli-process.ts';
import type { Ended } from '../support/fentryctl.ts';
import { startFentryctl } from '../support/fentryctl.ts';
import { counters, root, startLinking, until } from '../support/kernel.ts';
import { workspace } from '../support/workspace.ts';
import type { Report, Run } from './scene.ts';
import {
  anyCli,
  countsOnce,
  crowd,
  hitsOf,
  isLong,
  kernelIds,
  nothingPinned,
  patience,
  programs,
  rounds,
  runOf,
  settled,
  untilOnly,
  waits,
} from './scene.ts';
import { tally } from './tally.ts';

export function applyCases(): void {
  test('applies of one manifest: one of them makes all, the others find it made', eight, patience);
  test('applies that do not wait: the lock has one holder', impatient, patience);
  test(
    'applies of two versions: each replaces the other whole, no call is missed',
    versions,
    patience,
  );
  test('applies of two manifests', disjoint, patience);
  test('the command itself, started at once', commands, patience);
}

async function eight(): Promise<void> {
  using work = workspace('crowd');
  work.object('counter');
  work.programs(...programs);
  const before = kernelIds();
  const [first, ...others] = await cliProcesses(isLong ? crowd + 1 : crowd);
  if (first === undefined) throw new Error('no process');
  for (let round = 0; round < rounds; round += 1) {
    const looks = lookTwice(first, work.manifest);
    const runs = await Promise.all(
      others.map((cli) => runOf(cli, 'apply', work.manifest, ...waits)),
    );
    const [status, plan] = await looks;

    expect(runs.map(({ exit }) => exit)).toEqual(others.map(() => 0));
    expect(runs.filter(({ changed }) => changed)).toHaveLength(1);
    expect([0, 2], status.stderr).toContain(status.status);
    expect(plan).toMatchObject({ status: 0, stderr: '' });
    const running = await settled(first, work.manifest, 'crowd');
    expect(madeBy(runs)).toEqual(running.programs.map(([program, link]) => [program, link]));
    countsOnce('crowd', 1);
    await first.run('destroy', work.manifest, '--yes');
    nothingPinned();
    await untilOnly(before);
    for (const { exit, changed } of runs)
      tally('applies of one manifest', `${exit}, changed ${changed}`);
  }
}

/** Commands that take no lock: what they see may be half made, and is no error. */
async function lookTwice(cli: CliProcess, manifest: string): Promise<readonly [Ended, Ended]> {
  const status = await cli.run('status', manifest);
  return [status, await cli.run('plan', manifest)];
}

/** What the report says that a first apply made: for each program its id and that of its link. */
function madeBy(runs: readonly Run[]): readonly (readonly (number | undefined)[])[] {
  const operations = runs.flatMap((run) => run.operations ?? []);
  const links = operations.filter(({ action }) => action === 'attach');
  return operations
    .filter(({ action }) => action === 'load')
    .map(({ prog_id: program }, index) => [program, links[index]?.link_id]);
}

async function impatient(): Promise<void> {
  using work = workspace('impatient');
  work.object('counter');
  work.programs(...programs);
  const before = kernelIds();
  const all = await cliProcesses(crowd);
  for (let round = 0; round < rounds; round += 1) {
    const runs = await Promise.all(
      all.map((cli) => runOf(cli, 'apply', work.manifest, '--lock-timeout', '0')),
    );

    for (const { exit, error } of runs) {
      expect([0, 75]).toContain(exit);
      if (exit === 75)
        expect(error?.message).toMatch(/holds the lock on "\/sys\/fs\/bpf\/fentryctl"/);
    }
    expect(runs.filter(({ changed }) => changed)).toHaveLength(1);
    const [cli] = all;
    if (cli === undefined) throw new Error('no process');
    await settled(cli, work.manifest, 'impatient');
    countsOnce('impatient', 1);
    await cli.run('destroy', work.manifest, '--yes');
    nothingPinned();
    await untilOnly(before);
    for (const { exit, changed } of runs)
      tally('applies that do not wait', `${exit}, changed ${changed}`);
  }
}

async function versions(): Promise<void> {
  using one = workspace('versions');
  using two = workspace('versions');
  one.object('counter');
  two.object('counter-v2');
  for (const work of [one, two]) work.programs(...programs);
  const before = kernelIds();
  const all = await cliProcesses(crowd);
  const [cli] = all;
  if (cli === undefined) throw new Error('no process');
  await runOf(cli, 'apply', one.manifest, ...waits);
  let last: string | undefined = one.manifest;
  for (let round = 0; round < rounds; round += 1) {
    const start = counters(hitsOf('versions'));
    const load = startLinking();
    const runs = await Promise.all(
      all.map(async (process, index) => {
        const { manifest } = index % 2 === 0 ? one : two;
        return { manifest, ...(await runOf(process, 'apply', manifest, ...waits)) };
      }),
    );
    const made = await load.stop();
    const seen = counters(hitsOf('versions')).map((count, index) => count - (start[index] ?? 0));

    expect(runs.map(({ exit }) => exit)).toEqual(all.map(() => 0));
    const order = runs
      .filter(({ changed }) => changed)
      .toSorted((a, b) => loadedBy(a) - loadedBy(b));
    for (const { manifest } of order) {
      expect(manifest).not.toBe(last);
      last = manifest;
    }
    const step = last === one.manifest ? 1 : 1000;
    expect(made).toBeLessThan(1000); // so that the thousands are what the new version saw, the rest what the old one saw
    for (const count of seen.slice(0, 2))
      expect(Math.floor(count / 1000) + (count % 1000)).toBe(made);
    await settled(cli, last, 'versions');
    countsOnce('versions', step);
    for (const { exit, changed } of runs)
      tally('applies of two versions', `${exit}, changed ${changed}`);
    tally('calls made and seen once during exchanges', `round with ${made}`);
  }
  await cli.run('destroy', one.manifest, '--yes');
  nothingPinned();
  await untilOnly(before);
}

/** Program ids only grow, and loads are serial: whoever loaded later was later. */
function loadedBy({ operations = [] }: Run): number {
  return operations.find(({ action }) => action === 'load')?.prog_id ?? 0;
}

async function disjoint(): Promise<void> {
  using left = workspace('left');
  using right = workspace('right');
  for (const work of [left, right]) {
    work.object('counter');
    work.programs(...programs);
  }
  const before = kernelIds();
  const all = await cliProcesses(crowd);
  const [cli] = all;
  if (cli === undefined) throw new Error('no process');
  for (let round = 0; round < rounds; round += 1) {
    const runs = await Promise.all(
      all.map((process, index) =>
        runOf(process, 'apply', index % 2 === 0 ? left.manifest : right.manifest, ...waits),
      ),
    );

    expect(runs.map(({ exit }) => exit)).toEqual(all.map(() => 0));
    for (const side of [0, 1])
      expect(runs.filter(({ changed }, index) => changed && index % 2 === side)).toHaveLength(1);
    await settled(cli, right.manifest, 'right');
    const stays = await settled(cli, left.manifest, 'left');
    countsOnce('left', 1);
    const destroyed = await cli.run('destroy', right.manifest, '--yes');
    expect(destroyed.status).toBe(0);
    expect(await settled(cli, left.manifest, 'left')).toEqual(stays);
    await cli.run('destroy', left.manifest, '--yes');
    nothingPinned();
    await untilOnly(before);
    for (const { exit, changed } of runs)
      tally('applies of two manifests', `${exit}, changed ${changed}`);
  }
}

/** Beside processes that are warm already, so that they meet. */
async function commands(): Promise<void> {
  using work = workspace('commands');
  work.object('counter');
  work.programs(...programs);
  const before = kernelIds();
  const all = await cliProcesses(crowd / 2);
  const cli = await anyCli();
  for (let round = 0; round < Math.ceil(rounds / 10); round += 1) {
    const started = Array.from({ length: crowd / 4 }, () =>
      endOf(startFentryctl('apply', work.manifest, '--json', ...waits)),
    );
    await until('one of them holds the lock', () => existsSync(root));
    const runs = all.map((process) => runOf(process, 'apply', work.manifest, ...waits));
    const ended = await Promise.all(started);

    expect(ended.map(({ status }) => status)).toEqual(started.map(() => 0));
    const reports = [...(await Promise.all(runs)), ...ended.map(({ stdout }) => reportIn(stdout))];
    expect(reports.filter(({ changed }) => changed)).toHaveLength(1);
    await settled(cli, work.manifest, 'commands');
    countsOnce('commands', 1);
    await cli.run('destroy', work.manifest, '--yes');
    nothingPinned();
    await untilOnly(before);
    for (const { status } of ended) tally('the command itself', status);
  }
}

function reportIn(stdout: string): Report {
  return JSON.parse(stdout) as Report; // what --json prints
}

async function endOf(
  child: ReturnType<typeof startFentryctl>,
): Promise<{ readonly status: number | null; readonly stdout: string }> {
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout };
}
