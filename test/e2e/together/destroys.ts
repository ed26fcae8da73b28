import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliProcesses } from '../support/cli-process.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { pins, root, until } from '../support/kernel.ts';
import { workspace } from '../support/workspace.ts';
import { pause, randomNumbers } from './random.ts';
import {
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

export function destroyCases(): void {
  test('destroys and applies of one manifest: all or nothing is left', mixed, patience);
  test(
    'the last one removes the root, which others wait for: they make it anew',
    vanishing,
    patience,
  );
}

async function mixed(): Promise<void> {
  using work = workspace('mixed');
  work.object('counter');
  work.programs(...programs);
  const before = kernelIds();
  const random = randomNumbers(2);
  const [cli, ...others] = await cliProcesses(4);
  if (cli === undefined) throw new Error('no process');
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) await runOf(cli, 'apply', work.manifest, ...waits);
    const ending = Promise.all(
      others.map(async (process, index) => {
        await pause(random(400));
        const isDestroy = (index + round) % 2 === 0;
        const args = isDestroy ? ['destroy', 'mixed', '--yes'] : ['apply', work.manifest];
        return await runOf(process, ...args, ...waits);
      }),
    );
    await lookUntil(ending, cli, work.manifest);
    const runs = await ending;

    expect(runs.map(({ exit }) => exit)).toEqual(others.map(() => 0));
    const isLeft = existsSync(root);
    if (isLeft) {
      await settled(cli, work.manifest, 'mixed');
      countsOnce('mixed', 1);
    } else {
      await untilOnly(before);
    }
    const links = before.links.length + (isLeft ? programs.length : 0);
    await until('no other link is left', () => kernelIds().links.length === links); // who looks on holds one for a moment
    tally('destroys and applies', isLeft ? 'all is attached' : 'nothing is left');
  }
  await cli.run('destroy', work.manifest, '--yes');
  nothingPinned();
  await untilOnly(before);
}

/** Commands that take no lock: what they see may be half gone, and is no error. */
async function lookUntil(end: Promise<unknown>, cli: CliProcess, manifest: string): Promise<void> {
  const over = new AbortController();
  const ended = end.finally(() => over.abort());
  while (!over.signal.aborted) {
    for (const command of [['status'], ['plan', manifest]]) {
      const { status, stderr } = await cli.run(...command);
      expect({ status: status === 2 ? 0 : status, stderr }).toEqual({ status: 0, stderr: '' });
      tally('looks meanwhile', status);
    }
  }
  await ended;
}

/** Each destroy of nothing makes the root, locks it and removes it: hundreds of times, by all at once. */
async function vanishing(): Promise<void> {
  const all = await cliProcesses(4);
  const destroyOften = async (cli: CliProcess): Promise<void> => {
    for (let round = 0; round < rounds * 5; round += 1) {
      const { status, stderr } = await cli.run('destroy', 'nothing', '--yes', ...waits);
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: 'nothing is pinned under "nothing"\n',
      });
      tally('destroys of nothing', status);
    }
  };

  await Promise.all(all.map(destroyOften));

  expect(pins()).toEqual([]);
  nothingPinned();
}
