import type { Case } from './cases.ts';
import type { Point } from './points.ts';
import { Tally } from './tally.ts';

/** What became of all cases. */
export class Figures {
  readonly #points: Record<string, Tally> = {};
  readonly #kills = new Tally();
  readonly #killed = new Tally();
  readonly #failures = new Tally();
  readonly #errnos = new Tally();
  readonly #outcomes = new Tally();
  readonly #singles = new Tally();
  readonly #violations: string[] = [];

  /** The points of an edit. */
  way(title: string, points: readonly Point[]): void {
    const tally = new Tally();
    for (const { call } of points) tally.add(call);
    this.#points[title] = tally;
  }

  case(its: Case, call: string, outcome: string): void {
    this.#outcomes.add(`${kindOf(its)}: ${outcome}`);
    if (its.kind === 'fail') {
      this.#failures.add(call);
      this.#errnos.add(its.errno);
      return;
    }
    this.#kills.add(call);
    if (outcome === 'killed') this.#killed.add(its.side);
  }

  /** A failure of a single operation. */
  single(outcome: string): void {
    this.#singles.add(outcome);
  }

  /** Told at once, and counted. */
  violation(what: string): void {
    this.#violations.push(what);
    process.stdout.write(`VIOLATION ${what}\n`);
  }

  get isClean(): boolean {
    return this.#violations.length === 0;
  }

  toString(): string {
    const ways = Object.entries(this.#points);
    return [
      ...ways.map(([way, tally]) => `points of "${way}": ${tally.total} (${tally.toString()})`),
      `kills: ${this.#killed.total} (${this.#killed.toString()}) at ${this.#kills.toString()}`,
      `failures: ${this.#failures.total} (${this.#errnos.toString()}) of ${this.#failures.toString()}`,
      `outcomes: ${this.#outcomes.toString()}`,
      `failures of single operations: ${this.#singles.total} (${this.#singles.toString()})`,
      `violations: ${this.#violations.length}`,
    ].join('\n');
  }

  toJSON(): unknown {
    return {
      points: this.#points,
      kills: this.#kills,
      killed: this.#killed,
      failures: this.#failures,
      errnos: this.#errnos,
      outcomes: this.#outcomes,
      singles: this.#singles,
      violations: this.#violations,
    };
  }
}

function kindOf(its: Case): string {
  if (its.kind === 'kill') return 'kill';
  return its.later ? 'all later' : 'once';
}
