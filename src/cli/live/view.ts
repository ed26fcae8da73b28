import type { History } from './history.ts';
import { withRates } from './history.ts';
import type { Rates } from './rates.ts';
import { ratesBetween } from './rates.ts';
import type { Sample, Sampled } from './sample.ts';

/** What is shown of one moment. */
export interface View {
  readonly time: Date;
  /** Since the sample before, in seconds; `undefined` for the first one. */
  readonly seconds: number | undefined;
  readonly programs: readonly LiveProgram[];
  /** Whether the kernel counts runs. */
  readonly isCounting: boolean;
}

export interface LiveProgram extends Sampled, Rates {
  /** The last rates, oldest first. */
  readonly history: readonly (number | undefined)[];
}

/** What is kept from one sample to the next. */
export interface Memory {
  readonly sample: Sample | undefined;
  readonly history: History;
}

export const noMemory: Memory = { sample: undefined, history: new Map() };

/** The moment's own facts, besides the sample. */
export interface Moment {
  readonly time: Date;
  /** Whether runs are counted as far as the kernel tells. */
  readonly isOn: boolean;
}

/** What to show of a sample, and what to keep of it. Without counting, a counter that stands still tells nothing. */
export function viewOf(
  memory: Memory,
  sample: Sample,
  { time, isOn }: Moment,
): { readonly view: View; readonly memory: Memory } {
  const counted = ratesBetween(memory.sample, sample);
  const isCounting = isOn || counted.some(({ runsPerSecond = 0 }) => runsPerSecond > 0);
  const rates = isCounting ? counted : counted.map(() => nothing);
  const history = withRates(memory.history, sample, rates);
  const programs = sample.programs.map((program, index) => {
    const { countedId } = program;
    const past = countedId === undefined ? undefined : history.get(countedId);
    return { ...program, ...(rates[index] ?? nothing), history: past ?? [] };
  });
  const before = memory.sample?.atMs;
  const seconds = before === undefined ? undefined : (sample.atMs - before) / 1000;
  return { view: { time, seconds, programs, isCounting }, memory: { sample, history } };
}

const nothing: Rates = { runsPerSecond: undefined, nsPerRun: undefined };
