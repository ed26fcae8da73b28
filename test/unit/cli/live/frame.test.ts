import { describe, expect, test } from 'vitest';
import { amount } from '../../../../src/cli/output/live/amount.ts';
import { frameLines } from '../../../../src/cli/output/live/frame.ts';
import { liveJson, liveLines } from '../../../../src/cli/output/live/live-lines.ts';
import { sparkline } from '../../../../src/cli/output/live/sparkline.ts';
import { live, view } from './sample.ts';

const page = {
  width: 110,
  height: 8,
  style: { colour: false },
  title: 'audit',
  withNames: false,
};

test.each([
  [undefined, '-'],
  [0, '0'],
  [0.04, '0'],
  [0.3, '0.3'],
  [3, '3'],
  [9.96, '10'],
  [42.4, '42'],
  [1234, '1234'],
  [9999.4, '9999'],
  [9999.6, '10k'],
  [12_345, '12.3k'],
  [99_960, '100k'],
  [999_600, '1M'],
  [1_234_567, '1.2M'],
  [123_456_789, '123M'],
  [5e12, '5T'],
])('%s is %s', (value, text) => {
  expect(amount(value)).toBe(text);
});

test.each([
  ['nothing', [], 3, '   '],
  ['0 is the lowest', [0, 0], 2, '▁▁'],
  ['each has its own scale', [0, 1, 7], 3, '▁▂█'],
  ['the smallest that is not 0 is not the lowest', [0.001, 100], 2, '▂█'],
  ['the last ones, scaled by what is shown', [1000, 1, 2], 2, '▅█'],
  ['what is not known', [undefined, 1], 3, '  █'],
  ['no room', [1], 0, ''],
])('sparkline: %s', (_, values, width, text) => {
  expect(sparkline(values, width)).toBe(text);
});

describe('a screen', () => {
  test('a header, and a line for each program', () => {
    const other = live({ target: 'vfs_read', state: 'broken', problem: 'its slot is missing' });

    expect(frameLines(view(live(), other), page, [])).toEqual([
      'audit  2 programs, 1 attached  2024-01-01T00:00:05Z  run statistics on',
      'PROGRAM          TARGET    STATE     RUNS/S  NS/RUN  LATELY                                PROBLEM',
      'opens/program_7  vfs_open  attached      10     100                                   ▁▅█',
      'opens/program_7  vfs_read  broken        10     100                                   ▁▅█  its slot is missing',
    ]);
  });

  test('programs of several manifests say which', () => {
    const [, heading, row] = frameLines(view(live()), { ...page, withNames: true }, []);

    expect(heading).toMatch(/^NAME/);
    expect(row).toMatch(/^audit: opens\/program_7 {2}/);
  });

  test('what has no room is counted', () => {
    const [fine, bad] = [live(), live({ problem: 'wrong' })];
    const lines = frameLines(view(fine, fine, fine, bad), { ...page, height: 5 }, []);

    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toBe('… 2 more, 1 problem among them');
  });

  test('as many as fit are no more than fit', () => {
    const lines = frameLines(view(live(), live()), { ...page, height: 4 }, []);

    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toMatch(/^opens/);
  });

  test('of a narrow one the numbers stay longest', () => {
    const widths = [60, 44, 36, 18, 6, 3];
    const headings = widths.map((width) => frameLines(view(live()), { ...page, width }, [])[1]);

    expect(headings).toEqual([
      'PROGRAM         TARGET    STATE     RUNS/S  NS/RUN  LATELY',
      'PROGRAM          TARGET    STATE     RUNS/S',
      'PROGRAM   TARGET    STATE     RUNS/S',
      'PROGRAM     RUNS/S',
      'RUNS/S',
      '',
    ]);
  });

  test('notes stand below the header', () => {
    expect(frameLines(view(), page, ['run statistics are off'])).toEqual([
      'audit  0 programs, 0 attached  2024-01-01T00:00:05Z  run statistics on',
      'run statistics are off',
      'nothing is pinned',
    ]);
  });

  test('names have no character that a terminal obeys, or that takes two columns', () => {
    const [, , row] = frameLines(view(live({ target: 'a\u001Bb字' })), page, []);

    expect(row).toContain('a\\x1bb\\u{5b57}');
  });

  test('colours where they are wanted', () => {
    const style = { colour: true };
    const [title, , row] = frameLines(view(live({ problem: 'x' })), { ...page, style }, []);

    expect(title?.startsWith('\u001B[1m')).toBe(true);
    expect(row?.startsWith('\u001B[31m')).toBe(true);
  });
});

test('in a pipe: a line for each program, with tabs', () => {
  const unknown = live({ runsPerSecond: undefined, nsPerRun: undefined, problem: 'a\tb\n' });

  expect(liveLines(view(live({ runsPerSecond: 12.345 }), unknown))).toBe(
    '2024-01-01T00:00:05.250Z\taudit\topens/program_7\tvfs_open\tattached\t12.3\t100\t-\n' +
      '2024-01-01T00:00:05.250Z\taudit\topens/program_7\tvfs_open\tattached\t-\t-\ta b\\x0a\n',
  );
});

test('for programs: a line for each moment', () => {
  const text = liveJson(view(live({ runsPerSecond: 12.34567 })));

  expect(text).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(text)).toEqual({
    time: '2024-01-01T00:00:05.250Z',
    seconds: 1,
    run_statistics: true,
    programs: [
      {
        name: 'audit',
        object: 'opens',
        program: 'program_7',
        target: 'vfs_open',
        state: 'attached',
        counted_id: 7,
        run_cnt: 30,
        run_time_ns: 3000,
        runs_per_second: 12.346,
        ns_per_run: 100,
      },
    ],
  });
});
