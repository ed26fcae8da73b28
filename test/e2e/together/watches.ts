import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cliProcesses } from '../support/cli-process.ts';
import { collect, startFentryctl } from '../support/fentryctl.ts';
import { counters, startLinking, tracingLinks, until } from '../support/kernel.ts';
import { workspace } from '../support/workspace.ts';
import { pause, randomNumbers } from './random.ts';
import {
  countsOnce,
  hitsOf,
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

export function watchCases(): void {
  test('applies while watch runs: both see each edit, one of them makes it', edits, patience);
}

async function edits(): Promise<void> {
  using work = workspace('watched');
  work.object('counter');
  work.programs(...programs);
  const before = kernelIds();
  const random = randomNumbers(3);
  const all = await cliProcesses(3);
  const [cli] = all;
  if (cli === undefined) throw new Error('no process');
  const watcher = startFentryctl('watch', work.manifest, '--json', ...waits);
  const log = collect(watcher);
  await until('the first convergence', () => reportsIn(log()).length === 1);
  for (let round = 0; round < rounds; round += 1) {
    const version = round % 2 === 0 ? 'counter-v2' : 'counter';
    const reports = reportsIn(log()).length;
    const start = counters(hitsOf('watched'));
    const load = startLinking();
    work.object(version);
    await pause(random(800)); // whoever comes first
    const runs = await Promise.all(
      all.map((process) => runOf(process, 'apply', work.manifest, ...waits)),
    );
    await until('the watcher saw the edit', () => reportsIn(log()).length > reports);
    const made = await load.stop();
    const seen = counters(hitsOf('watched')).map((count, index) => count - (start[index] ?? 0));

    expect(runs.map(({ exit }) => exit)).toEqual(all.map(() => 0));
    const watched = reportsIn(log()).slice(reports);
    expect([...runs, ...watched].filter((report) => report.changed)).toHaveLength(1);
    for (const count of seen.slice(0, 2))
      expect(Math.floor(count / 1000) + (count % 1000)).toBe(made);
    await settled(cli, work.manifest, 'watched');
    countsOnce('watched', version === 'counter' ? 1 : 1000);
    tally(
      'an edit, with watch and three applies',
      watched.some(({ changed }) => changed) ? 'made by watch' : 'made by an apply',
    );
  }
  const links = tracingLinks();
  watcher.kill('SIGTERM');
  const [status] = (await once(watcher, 'exit')) as readonly unknown[];
  expect(status).toBe(0);
  expect(tracingLinks()).toEqual(links);
  await cli.run('destroy', work.manifest, '--yes');
  nothingPinned();
  await untilOnly(before);
}

interface Line {
  readonly changed?: boolean;
  readonly error?: unknown;
}

/** One line of JSON for each convergence, among the lines of the log. An error would be none. */
function reportsIn(text: string): readonly Line[] {
  const lines = text.split('\n').slice(0, -1);
  return lines
    .map((line) => JSON.parse(line) as Line)
    .filter(({ changed }) => changed !== undefined); // what --json prints
}
