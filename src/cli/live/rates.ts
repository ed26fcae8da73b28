import type { Sample, Sampled } from './sample.ts';

/** What a program did between two samples; each is `undefined` where it is not known. */
export interface Rates {
  readonly runsPerSecond: number | undefined;
  /** Of those runs, on average. */
  readonly nsPerRun: number | undefined;
}

const unknown: Rates = { runsPerSecond: undefined, nsPerRun: undefined };

/**
 * The rates of each program of the later sample, in its order. Counters belong to an id, and the kernel gives no id twice: another
 * id is another counter, of which nothing is known before its second sample. So no rate is ever negative.
 */
export function ratesBetween(before: Sample | undefined, now: Sample): readonly Rates[] {
  const seconds = (now.atMs - (before?.atMs ?? now.atMs)) / 1000;
  const counters = new Map(before?.programs.map(({ countedId, runs }) => [countedId, runs]));
  return now.programs.map(({ countedId, runs }) =>
    countedId === undefined ? unknown : rates(counters.get(countedId), runs, seconds),
  );
}

function rates(before: Sampled['runs'], now: Sampled['runs'], seconds: number): Rates {
  if (before === undefined || now === undefined || seconds <= 0) return unknown;
  const runs = now.count - before.count;
  const timeNs = now.timeNs - before.timeNs;
  if (runs < 0n || timeNs < 0n) return unknown;
  const nsPerRun = runs === 0n ? undefined : Number(timeNs) / Number(runs);
  return { runsPerSecond: Number(runs) / seconds, nsPerRun };
}
