import { mean, residentSize } from './figures.ts';

/** What a process held at a quiet point. */
interface Sample {
  /** How many edits it had lived through. */
  readonly edits: number;
  readonly kilobytes: number;
}

/** Fewer samples than these say nothing of a trend. */
const enough = 16;

/**
 * The memory of one process over its life. V8's heap breathes: its young generation grows by what lives for a moment and shrinks when idle, its old
 * one grows until it is collected. So no two samples are compared, but means of quarters; and a leak of a kilobyte an edit, or anything
 * that adds up, goes on in the last quarter, when all code has been compiled and all caches are full.
 */
export class Life {
  readonly pid: string;
  readonly #samples: Sample[] = [];

  constructor(pid: string) {
    this.pid = pid;
  }

  look(edits: number): void {
    this.#samples.push({ edits, kilobytes: residentSize(this.pid) });
  }

  /** By which part the fourth quarter's mean is above the third's; `undefined` where it lived through too little. */
  growth(): number | undefined {
    if (this.#samples.length < enough) return undefined;
    const [, , third = Number.NaN, fourth = Number.NaN] = this.#quarters();
    return fourth / third - 1;
  }

  text(): string {
    const series = this.#samples.map(({ edits, kilobytes }) => `${edits}:${megabytes(kilobytes)}`);
    const quarters = this.#quarters().map(megabytes);
    return `resident MB of the watch, by the edits it lived through: ${series.join(' ')}\nmeans of quarters: ${quarters.join(' ')}`;
  }

  #quarters(): readonly number[] {
    const length = this.#samples.length;
    const sizes = this.#samples.map(({ kilobytes }) => kilobytes);
    return [0, 1, 2, 3].map((quarter) =>
      mean(sizes.slice((quarter * length) / 4, ((quarter + 1) * length) / 4)),
    );
  }
}

function megabytes(kilobytes: number): string {
  return (kilobytes / 1024).toFixed(1);
}
