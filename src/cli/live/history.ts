import type { Rates } from './rates.ts';
import type { Sample } from './sample.ts';

/** The last rates by what they were counted on, oldest first. */
export type History = ReadonlyMap<number, readonly (number | undefined)[]>;

/** As many as a sparkline shows at most. */
export const longestHistory = 40;

/** With the rates of one more sample; what is not in that sample is forgotten. */
export function withRates(
  history: History,
  { programs }: Sample,
  rates: readonly Rates[],
): History {
  return new Map(
    programs.flatMap(({ countedId }, index) => {
      if (countedId === undefined) return [];
      const all = [...(history.get(countedId) ?? []), rates[index]?.runsPerSecond];
      return [[countedId, all.slice(-longestHistory)] as const];
    }),
  );
}
