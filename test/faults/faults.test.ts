import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { faultsCommand } from './command.ts';

// The long form is "npm run test:faults". This is a spread of it: a few points of each edit, each way.

interface Figures {
  readonly points: Readonly<Record<string, Counts>>;
  readonly killed: Counts;
  readonly failures: Counts;
  readonly outcomes: Counts;
  readonly singles: Counts;
  readonly violations: readonly string[];
}

type Counts = Readonly<Record<string, number>>;

const perWay = { kills: 1, 'reading-kills': 1, failures: 1, 'reading-failures': 1 };
const ways = 14; // seven edits, there and back

test('a run that is killed or refused anywhere harms nothing, and the next one makes all good', () => {
  const options = Object.entries(perWay).flatMap(([name, count]) => [`--${name}`, String(count)]);
  const [node = '', ...args] = faultsCommand;

  const { status, stdout, stderr } = spawnSync(node, [...args, ...options, '--singles', '2'], {
    encoding: 'utf8',
  });

  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  expect(last, `exit ${status}: ${stderr}`).toMatch(/^\{/);
  const figures = JSON.parse(last) as Figures; // what main.ts prints at its end
  expect(figures.violations).toEqual([]);
  expect(status).toBe(0);
  expect(Object.keys(figures.points)).toHaveLength(ways);
  expect(sum(figures.killed)).toBeGreaterThan(ways); // a run can have fewer calls than the one that was counted
  expect(figures.outcomes).not.toHaveProperty('kill: lost');
  expect(sum(figures.failures)).toBe(ways * (perWay.failures + perWay['reading-failures']));
  expect(sum(figures.singles)).toBeGreaterThan(10);
  expect(Object.keys(figures.outcomes)).toEqual(
    expect.arrayContaining(['kill: killed', 'once: rolled back']),
  );
}, 900_000);

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
