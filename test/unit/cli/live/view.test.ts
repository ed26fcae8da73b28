import { expect, test } from 'vitest';
import { longestHistory, withRates } from '../../../../src/cli/live/history.ts';
import { notesOf } from '../../../../src/cli/live/notes.ts';
import type { Sample } from '../../../../src/cli/live/sample.ts';
import type { View } from '../../../../src/cli/live/view.ts';
import { noMemory, viewOf } from '../../../../src/cli/live/view.ts';
import { counted, live, sample, view } from './sample.ts';

const time = new Date(0);

test('rates and their history, from one sample to the next', () => {
  const views = seen(
    [sample(0, counted(1, 0)), sample(1000, counted(1, 5)), sample(3000, counted(1, 5))],
    true,
  );

  expect(views.map(({ seconds }) => seconds)).toEqual([undefined, 1, 2]);
  expect(views.at(-1)?.programs).toMatchObject([
    { runsPerSecond: 0, nsPerRun: undefined, history: [undefined, 5, 0] },
  ]);
});

test('a program that goes is forgotten, and one that comes has no history', () => {
  const views = seen([sample(0, counted(1, 0)), sample(1000, counted(2, 0))], true);

  expect(views.at(-1)?.programs).toMatchObject([{ countedId: 2, history: [undefined] }]);
});

test('without counting, a counter that stands still is no rate', () => {
  const views = seen([sample(0, counted(1, 0)), sample(1000, counted(1, 0))], false);

  expect(views.at(-1)).toMatchObject({
    isCounting: false,
    programs: [{ runsPerSecond: undefined }],
  });
});

test('a counter that moves is counting, whoever switched it on', () => {
  const views = seen([sample(0, counted(1, 0)), sample(1000, counted(1, 4))], false);

  expect(views.at(-1)).toMatchObject({ isCounting: true, programs: [{ runsPerSecond: 4 }] });
});

test('only as much history is kept as is shown', () => {
  const one = sample(0, counted(1, 0));
  let history = new Map() as ReturnType<typeof withRates>;
  for (let index = 0; index < longestHistory + 5; index += 1)
    history = withRates(history, one, [{ runsPerSecond: index, nsPerRun: undefined }]);

  expect(history.get(1)).toHaveLength(longestHistory);
  expect(history.get(1)?.at(-1)).toBe(longestHistory + 4);
});

const nothing = { hidden: undefined, problem: undefined };

test.each([
  ['nothing to say', view(live()), nothing, []],
  ['off', { ...view(live()), isCounting: false }, nothing, [/kernel\.bpf_stats_enabled=1/]],
  ['no counter', view(live({ runs: undefined })), nothing, [/takes CAP_SYS_ADMIN to read/]],
  ['one that never runs', view(live({ state: 'missing', runs: undefined })), nothing, []],
  ['a mount', view(), { ...nothing, hidden: '/sys/fs/bpf' }, [/mounted over .*"\/sys\/fs\/bpf"/]],
  ['a manifest', view(), { ...nothing, problem: 'm.yaml: wrong' }, [/^m.yaml: wrong$/]],
])('notes: %s', (_, shown, facts, expected) => {
  expect(notesOf(shown, facts)).toEqual(
    expected.map((text) => expect.stringMatching(text) as string),
  );
});

function seen(samples: readonly Sample[], isOn: boolean): readonly View[] {
  let memory = noMemory;
  return samples.map((one) => {
    const next = viewOf(memory, one, { time, isOn });
    ({ memory } = next);
    return next.view;
  });
}
