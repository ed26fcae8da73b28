import path from 'node:path';
import type { Ending, EndingError } from '../ending.ts';
import type { Following, Round } from '../observer.ts';
import type { Cause } from './cause.ts';
import { causeOf, causes } from './cause.ts';

/** How the convergences of one manifest have ended since the watch began. */
export interface Convergences {
  /** The manifest's; where that is not known yet, what its file is called. */
  readonly name: string;
  readonly changed: number;
  readonly unchanged: number;
  readonly failures: Readonly<Record<Cause, number>>;
  /** Of those that changed something, how many put right what others had changed. */
  readonly driftRepaired: number;
  readonly last: LastConvergence | undefined;
  /** When one last succeeded, in milliseconds since 1970. */
  readonly lastSuccess: number | undefined;
}

interface LastConvergence {
  readonly ms: number;
  /** `undefined`: the kernel is as the manifest says. */
  readonly error: EndingError | undefined;
}

interface Kept extends Convergences {
  /** Others changed something, and nothing has put it right yet. */
  readonly hasDrifted: boolean;
}

/** Counts the convergences of a watch; told of each by the file of its manifest. */
export class ConvergenceCounts {
  readonly #now: () => number;
  #kept = new Map<string, Kept>();
  #following: Following | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** These are watched, and nothing of others is shown any more. */
  follows(following: Following): void {
    const kept = following.manifests.map((file) => [file, this.#of(file)] as const);
    this.#kept = new Map(kept);
    this.#following = following;
  }

  /** What is watched; `undefined` before that is known. */
  get following(): Following | undefined {
    return this.#following;
  }

  ended(file: string, ending: Ending, round: Round): void {
    if (!this.#kept.has(file)) return; // it has gone meanwhile
    const before = this.#of(file);
    const name = ending.plan?.['name'];
    const known = typeof name === 'string' ? { ...before, name } : before;
    const hasDrifted = before.hasDrifted || round.foundDrift;
    const last = { ms: round.ms, error: ending.error };
    this.#kept.set(file, { ...known, ...this.#counted({ ...known, hasDrifted }, ending), last });
  }

  all(): readonly Convergences[] {
    return [...this.#kept.values()];
  }

  #of(file: string): Kept {
    return this.#kept.get(file) ?? noneOf(file);
  }

  #counted(before: Kept, { error, operations }: Ending): Partial<Kept> {
    const { failures, changed, unchanged, hasDrifted, driftRepaired } = before;
    if (error !== undefined) {
      const cause = causeOf(error);
      return { hasDrifted, failures: { ...failures, [cause]: failures[cause] + 1 } };
    }
    const settled = { hasDrifted: false, lastSuccess: this.#now() };
    if (operations === 0) return { ...settled, unchanged: unchanged + 1 };
    const repaired = driftRepaired + (hasDrifted ? 1 : 0);
    return { ...settled, changed: changed + 1, driftRepaired: repaired };
  }
}

function noneOf(file: string): Kept {
  const failures = Object.fromEntries(causes.map((cause) => [cause, 0]));
  return {
    name: path.basename(file).replace(/\.ya?ml$/, ''),
    changed: 0,
    unchanged: 0,
    failures: failures as Record<Cause, number>, // a 0 for each of them
    driftRepaired: 0,
    last: undefined,
    lastSuccess: undefined,
    hasDrifted: false,
  };
}
