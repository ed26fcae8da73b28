import type { Mode, Sample, Work } from '../sample.ts';

export type Metric = 'wall' | 'cpu' | 'rss' | 'calls';

/** What the rounds of one thing came to. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Whose figures. */
export interface Cell {
  readonly mode: Mode;
  readonly work: Work;
  readonly size: number;
  readonly peer: string;
}

/** All samples, to be asked. */
export class Summary {
  readonly samples: readonly Sample[];

  constructor(samples: readonly Sample[]) {
    this.samples = samples;
  }

  /** `undefined`: it was not measured, or failed. */
  spread(cell: Cell, metric: Metric): Spread | undefined {
    const figures = this.of(cell)
      .filter(({ remark }) => remark === undefined)
      .flatMap((sample) => sample[metric] ?? [])
      .toSorted((a, b) => a - b);
    const [least] = figures;
    const most = figures.at(-1);
    if (least === undefined || most === undefined) return undefined;
    return { median: median(figures), least, most };
  }

  median(cell: Cell, metric: Metric): number | undefined {
    return this.spread(cell, metric)?.median;
  }

  of({ mode, work, size, peer }: Cell): readonly Sample[] {
    return this.samples.filter(
      (one) => one.mode === mode && one.work === work && one.size === size && one.peer === peer,
    );
  }

  /** In the order in which they were measured first. */
  peers(mode: Mode, work: Work): readonly string[] {
    const of = this.samples.filter((one) => one.mode === mode && one.work === work);
    return [...new Set(of.filter(({ round }) => round === 0).map(({ peer }) => peer))];
  }

  sizes(mode: Mode, work: Work): readonly number[] {
    const of = this.samples.filter((one) => one.mode === mode && one.work === work);
    return [...new Set(of.map(({ size }) => size))];
  }
}

/** Of figures in order. */
export function median(figures: readonly number[]): number {
  const middle = (figures.length - 1) / 2;
  return ((figures[Math.floor(middle)] ?? NaN) + (figures[Math.ceil(middle)] ?? NaN)) / 2;
}
