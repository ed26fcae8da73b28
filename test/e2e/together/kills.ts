import { expect, test } from 'vitest';
import { takeCliProcess } from '../support/cli-process.ts';
import { pins, until } from '../support/kernel.ts';
import { workspace } from '../support/workspace.ts';
import { randomNumbers } from './random.ts';
import {
  anyCli,
  countsOnce,
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

export function killCases(): void {
  test(
    'of two applies, one is killed with the lock: the other takes it and finishes',
    one,
    patience,
  );
}

async function one(): Promise<void> {
  using work = workspace('killed');
  work.programs(...programs);
  const before = kernelIds();
  const random = randomNumbers(1);
  const cli = await anyCli();
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const isUpgrade = round % 2 === 1;
    work.object('counter');
    if (isUpgrade) await runOf(cli, 'apply', work.manifest);
    work.object(isUpgrade ? 'counter-v2' : 'counter');
    const changes = 1 + random(24);

    using victim = await takeCliProcess();
    const first = victim.run('apply', work.manifest, ...waits).catch(() => undefined);
    await changed(changes);
    const second = runOf(cli, 'apply', work.manifest, ...waits);
    await victim.kill();
    const ended = await first;

    expect(await second).toMatchObject({ exit: 0 });
    await settled(cli, work.manifest, 'killed');
    countsOnce('killed', isUpgrade ? 1000 : 1);
    await cli.run('destroy', work.manifest, '--yes');
    nothingPinned();
    await untilOnly(before);
    if (ended === undefined) killed += 1;
    tally('a holder of the lock', ended === undefined ? 'killed in the middle' : 'had ended');
  }
  expect(killed).toBeGreaterThan(0);
}

/** Waits until so many things came or went in bpffs. */
async function changed(changes: number): Promise<void> {
  let seen = 0;
  let last = pins();
  await until(`${changes} changes of the pins`, () => {
    const now = pins();
    seen += now.filter((path) => !last.includes(path)).length;
    seen += last.filter((path) => !now.includes(path)).length;
    last = now;
    return seen >= changes;
  });
}
