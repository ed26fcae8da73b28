import { parseArgs } from 'node:util';
import { type Mode, type Work, works } from './sample.ts';
import type { Extent } from './schedule.ts';

export const usage = `usage: npm run bench -- [OPTION…]

Measures fentryctl against others in the virtual machine, prints the ratios and writes them to bench/results.md.

  --mode I|W         instructions counted, or the ordinary clock; repeatable (default: both)
  --work NAME        start, object, program, no-op, replace or remove; repeatable (default: all)
  --sizes N,…        how many functions (default 1,10,100,500,1000; the ordinary clock has no 1,000)
  --rounds N         of the ordinary clock (default 5; half as many for more than 100 functions)
  --add              keep what was measured before, and add to it
  --out FILE         where the results go (default bench/results.md)
  --kernel SERIES    e.g. 6.12 (default: the release's own kernel)
`;

export interface Options extends Extent {
  readonly modes: readonly Mode[];
  readonly add: boolean;
  readonly out: string;
  readonly kernel: string | undefined;
}

export class OptionError extends Error {}

/** Reads the command line; `undefined`: help is wanted. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    modes: (values.mode ?? ['I', 'W']).map(mode),
    works: (values.work ?? works).map(work),
    sizes: (values.sizes ?? '1,10,100,500,1000').split(',').map(count),
    rounds: count(values.rounds ?? '5'),
    add: values.add ?? false,
    out: values.out ?? 'bench/results.md',
    kernel: values.kernel,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        mode: { type: 'string', multiple: true },
        work: { type: 'string', multiple: true },
        sizes: { type: 'string' },
        rounds: { type: 'string' },
        add: { type: 'boolean' },
        out: { type: 'string' },
        kernel: { type: 'string' },
      },
      allowPositionals: false,
    }).values;
  } catch (cause) {
    throw new OptionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function mode(text: string): Mode {
  if (text === 'I' || text === 'W') return text;
  throw new OptionError(`--mode takes I or W, not "${text}"`);
}

function work(text: string): Work {
  const known = works.find((name) => name === text);
  if (known !== undefined) return known;
  throw new OptionError(`--work takes ${works.join(', ')}, not "${text}"`);
}

function count(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new OptionError(`a number from 1 to 9999 is wanted, not "${text}"`);
}
