import { expect, test } from 'vitest';
import { watchLive } from '../../../../src/cli/live/loop.ts';
import type { View } from '../../../../src/cli/live/view.ts';
import { counted } from './sample.ts';

test('at once, then each period, whatever reading takes', async () => {
  const { waits, views } = await watched({ readingTakes: 30, moments: 4 });

  expect(waits).toEqual([970, 970, 970, 970]);
  expect(views.map(({ seconds }) => seconds)).toEqual([undefined, 1, 1, 1]);
  expect(views.at(-1)?.programs[0]?.runsPerSecond).toBe(5);
});

test('a period that was missed is left out', async () => {
  const { waits } = await watched({ readingTakes: 2500, moments: 2 });

  expect(waits).toEqual([500, 500]);
});

test('a timer that is early by a fraction makes no moment twice', async () => {
  const { waits } = await watched({ readingTakes: 0, moments: 3, earlyBy: 0.5 });

  expect(waits).toEqual([1000, 1000.5, 1000.5]);
});

test('what the kernel refuses ends it', async () => {
  const refused = new Error('refused');
  const read = (): never => {
    throw refused;
  };

  await expect(watched({ readingTakes: 0, moments: 1, read })).rejects.toBe(refused);
});

interface Course {
  readonly readingTakes: number;
  readonly moments: number;
  readonly earlyBy?: number;
  readonly read?: () => never;
}

/** Watches by a clock of its own, with 5 runs for each read. */
async function watched({ readingTakes, moments, earlyBy = 0, read }: Course) {
  const ending = new AbortController();
  const waits: number[] = [];
  const views: View[] = [];
  let [now, count] = [100, 0];
  const ports = {
    read: () => {
      read?.();
      now += readingTakes;
      count += 5;
      return [counted(1, count)];
    },
    show: (view: View) => views.push(view),
    isOn: () => true,
    now: () => now,
    time: () => new Date(0),
    wait: async (ms: number): Promise<void> => {
      waits.push(ms);
      now += ms - earlyBy;
      if (waits.length === moments) ending.abort();
      await Promise.resolve();
    },
  };
  await watchLive(ports, 1000, ending.signal);
  return { waits, views };
}
