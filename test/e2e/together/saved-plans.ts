import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliProcesses } from '../support/cli-process.ts';
import { workspace } from '../support/workspace.ts';
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

export function savedPlanCases(): void {
  test('a saved plan, applied by two: one does it, the other is refused', two, patience);
}

async function two(): Promise<void> {
  using work = workspace('saved');
  work.programs(...programs);
  const before = kernelIds();
  const [cli, other] = await cliProcesses(2);
  if (cli === undefined || other === undefined) throw new Error('no processes');
  const file = join(work.directory, 'saved.plan');
  for (let round = 0; round < rounds; round += 1) {
    work.object(round % 2 === 0 ? 'counter' : 'counter-v2');
    await cli.run('plan', work.manifest, '--out', file);

    const runs = await Promise.all(
      [cli, other].map((process) => runOf(process, 'apply', file, ...waits)),
    );

    const [done, refused] = runs.toSorted((a, b) => (a.exit ?? 0) - (b.exit ?? 0));
    expect(done).toMatchObject({ exit: 0, changed: true });
    expect(refused).toMatchObject({
      exit: 3,
      error: { message: expect.stringContaining('the saved plan no longer fits') as unknown },
    });
    await settled(cli, work.manifest, 'saved');
    countsOnce('saved', round % 2 === 0 ? 1 : 1000);
    for (const { exit } of runs) tally('a saved plan, applied by two', exit);
  }
  await cli.run('destroy', work.manifest, '--yes');
  nothingPinned();
  await untilOnly(before);
}
