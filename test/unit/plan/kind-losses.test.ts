import { expect, test } from 'vitest';
import { diff } from '../../../src/plan/diff.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { byExchange, exchange, paused } from './exchange-facts.ts';
import { asBoth, asExit } from './kind-facts.ts';
import { layout, wanted } from './sample.ts';

test.each<readonly [what: string, before: ObservedState, desired: DesiredState, lost: number]>([
  ['another kind loses nothing', byExchange(), wanted(asExit(exchange)), 0],
  ['another kind that is paused loses what it was', byExchange(), wanted(asExit(paused)), 1],
  ['two kinds, as a crash leaves them, are one attachment', asBoth(), wanted(), 1],
  ['two kinds, one of which goes on', asBoth(), wanted(asExit(exchange)), 0],
])('%s', (_, before, desired, lost) => {
  const { losses } = diff(layout, desired, before);

  expect(losses.attached).toBe(1);
  expect(losses.lost).toHaveLength(lost);
});
