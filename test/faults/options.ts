import { parseArgs } from 'node:util';
import { scenarios } from './transitions.ts';

/** How much is tried, of what. */
export interface Options {
  readonly scenarios: readonly string[];
  /** For each scenario and way: kills around calls that change something, and around those that only read. */
  readonly kills: number;
  readonly readingKills: number;
  readonly failures: number;
  readonly readingFailures: number;
  /** For each kind of operation, by itself: failures of its calls. */
  readonly singles: number;
  /** Of all that, every so many-th case. */
  readonly part: { readonly number: number; readonly of: number };
}

export const usage = `usage: main.ts [OPTION…]

  --scenario NAME       one of ${scenarios.map(({ title }) => title).join(', ')}; repeatable (default: all)
  --kills N             kills around calls that change something, for each scenario and way (default: all)
  --reading-kills N     kills around calls that only read (default: 40)
  --failures N          failures of calls that change something (default: 200)
  --reading-failures N  failures of calls that only read (default: 40)
  --singles N           failures of each kind of operation by itself (default: all)
  --part NUMBER/OF      every so many-th of these cases: together, the parts are all (default: 1/1)
`;

const known = {
  help: { type: 'boolean' },
  scenario: { type: 'string', multiple: true },
  kills: { type: 'string' },
  'reading-kills': { type: 'string' },
  failures: { type: 'string' },
  'reading-failures': { type: 'string' },
  singles: { type: 'string' },
  part: { type: 'string' },
} as const;

/** Throws what is shown with the usage; `undefined`: that alone is asked for. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({ args: [...args], options: known });
  if (values.help === true) return undefined;
  const titles = scenarios.map(({ title }) => title);
  const unknown = values.scenario?.find((title) => !titles.includes(title));
  if (unknown !== undefined) throw new Error(`no scenario "${unknown}"`);
  return {
    scenarios: values.scenario ?? titles,
    kills: count(values.kills, Number.POSITIVE_INFINITY),
    readingKills: count(values['reading-kills'], 40),
    failures: count(values.failures, 200),
    readingFailures: count(values['reading-failures'], 40),
    singles: count(values.singles, Number.POSITIVE_INFINITY),
    part: part(values.part ?? '1/1'),
  };
}

function count(value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (value === 'all') return Number.POSITIVE_INFINITY;
  if (/^\d+$/.test(value)) return Number(value);
  throw new Error(`a number, or "all", not "${value}"`);
}

function part(value: string): Options['part'] {
  const [number = 0, of = 0] = value.split('/').map(Number);
  if (Number.isInteger(number) && number >= 1 && number <= of) return { number, of };
  throw new Error(`a part is like "2/5", not "${value}"`);
}
