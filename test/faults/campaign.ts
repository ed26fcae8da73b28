import type { Case } from './cases.ts';
import { failuresAt, isReading, killsAt, spread } from './cases.ts';
import { converge } from './converging.ts';
import { tryFailure } from './failure.ts';
import type { Figures } from './figures.ts';
import { tryKill } from './kill.ts';
import type { Options } from './options.ts';
import type { Point } from './points.ts';
import { atPoints } from './points.ts';
import type { Bystanders } from './recovery.ts';
import { text } from './recovery.ts';
import type { State, StateName } from './states.ts';
import type { Result } from './tally.ts';
import type { Scenario } from './transitions.ts';

/** An edit, one way. */
interface Way {
  readonly title: string;
  readonly from: State;
  readonly to: State;
}

/** Tries the cases of a scenario in both ways by turns, so that each begins where the one before ended. */
export async function tryScenario(
  { title, from, to }: Scenario,
  states: Readonly<Record<StateName, State>>,
  options: Options,
  bystanders: Bystanders,
  figures: Figures,
): Promise<void> {
  const there = { title, from: states[from], to: states[to] };
  const back = { title: `${title}, back`, from: states[to], to: states[from] };
  await converge(states[from]);
  const ways = [await casesOf(there, options, figures), await casesOf(back, options, figures)];
  const most = Math.max(...ways.map(({ cases }) => cases.length));
  for (let index = 0; index < most; index += 1) {
    for (const { way, points, cases } of ways) {
      const next = cases[index];
      if (next === undefined) await converge(way.to); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      else await tryCase(next, points, way, { bystanders, figures });
      if (index % 5 === 0) process.stdout.write(`${way.title}: ${index} of ${cases.length}\n`);
    }
  }
}

interface WayCases {
  readonly way: Way;
  readonly points: readonly Point[];
  readonly cases: readonly Case[];
}

/** Carries the edit out unhurt, and so learns its points. */
async function casesOf(way: Way, options: Options, figures: Figures): Promise<WayCases> {
  const points = await atPoints({}, async () => void (await converge(way.to)));
  figures.way(way.title, points);
  const kinds = (cases: readonly Case[], wanted: boolean): readonly Case[] =>
    cases.filter(({ at }) => points[at] !== undefined && isReading(points[at]) === wanted);
  const kills = killsAt(points);
  const failures = failuresAt(points);
  const cases = [
    ...spread(kinds(kills, false), options.kills),
    ...spread(kinds(kills, true), options.readingKills),
    ...spread(kinds(failures, false), options.failures),
    ...spread(kinds(failures, true), options.readingFailures),
  ];
  const { number, of } = options.part;
  return { way, points, cases: cases.filter((_, index) => index % of === number - 1) };
}

async function tryCase(
  its: Case,
  points: readonly Point[],
  { title, from, to }: Way,
  { bystanders, figures }: { readonly bystanders: Bystanders; readonly figures: Figures },
): Promise<void> {
  const call = points[its.at]?.call ?? '';
  const result = await outcomeOf(its, from, to, bystanders);
  figures.case(its, call, result.outcome);
  for (const problem of result.problems) {
    figures.violation(`${title}, ${describe(its, call)}: ${result.outcome}, but ${problem}`);
  }
}

/** What nobody foresaw is a violation too, and the next case begins where this one should have ended. */
async function outcomeOf(its: Case, from: State, to: State, others: Bystanders): Promise<Result> {
  try {
    return its.kind === 'kill'
      ? await tryKill(its, from, to, others)
      : await tryFailure(its, from, to, others);
  } catch (error) {
    await converge(to);
    return { outcome: 'not judged', problems: [text(error)] };
  }
}

function describe(its: Case, call: string): string {
  if (its.kind === 'kill') return `killed ${its.side} ${call} (${its.at})`;
  return `${its.errno} of ${call} (${its.at})${its.later ? ' and later' : ''}`;
}
