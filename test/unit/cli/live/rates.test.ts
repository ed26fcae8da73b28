import { expect, test } from 'vitest';
import type { Rates } from '../../../../src/cli/live/rates.ts';
import { ratesBetween } from '../../../../src/cli/live/rates.ts';
import type { Sample } from '../../../../src/cli/live/sample.ts';
import { counted, sample } from './sample.ts';

type Fact = readonly [what: string, before: Sample | undefined, now: Sample, rates: Rates];

const unknown = { runsPerSecond: undefined, nsPerRun: undefined };

test.each<Fact>([
  ['the first sample tells nothing', undefined, sample(0, counted(1, 5)), unknown],
  [
    'runs by the time that passed',
    sample(1000, counted(1, 5)),
    sample(3000, counted(1, 25)),
    { runsPerSecond: 10, nsPerRun: 100 },
  ],
  [
    'a counter that stands still',
    sample(0, counted(1, 5)),
    sample(1000, counted(1, 5)),
    { runsPerSecond: 0, nsPerRun: undefined },
  ],
  ['another id is another counter', sample(0, counted(1, 5)), sample(1000, counted(2, 9)), unknown],
  ['a counter that went back', sample(0, counted(1, 5)), sample(1000, counted(1, 4)), unknown],
  ['no time passed', sample(1000, counted(1, 5)), sample(1000, counted(1, 9)), unknown],
  [
    'one that cannot be read',
    sample(0, counted(1, 5)),
    sample(1000, counted(1, undefined)),
    unknown,
  ],
  [
    'one that could not be read',
    sample(0, counted(1, undefined)),
    sample(1000, counted(1, 5)),
    unknown,
  ],
  [
    'one that is not there',
    sample(0, counted(undefined, 0)),
    sample(9, counted(undefined, 9)),
    unknown,
  ],
  [
    'a place in the list means nothing',
    sample(0, counted(2, 100), counted(1, 0)),
    sample(1000, counted(1, 7)),
    { runsPerSecond: 7, nsPerRun: 100 },
  ],
])('%s', (_, before, now, rates) => {
  expect(ratesBetween(before, now)).toEqual([rates]);
});
