import { FailedError } from '../../src/base/errors.ts';

/** Where to go wrong: at the step of that number, counted from 0. */
export interface Fault {
  readonly kind: 'fail' | 'crash';
  readonly at: number;
}

/** The process was killed: nobody handles this. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface Step {
  readonly doing: string;
  /** False for what the kernel never refuses: close(2), and rmdir(2), which answers. */
  readonly canFail: boolean;
}

/** Counts the steps and goes wrong where it is told to. */
export class Faults {
  readonly steps: Step[] = [];
  fault: Fault | undefined;
  #dead = false;

  get hasCrashed(): boolean {
    return this.#dead;
  }

  /** Called before each step: throws instead of letting it happen. After a crash nothing happens any more. */
  before(step: Step): void {
    this.requireAlive();
    const { fault } = this;
    const isNow = fault?.at === this.steps.length;
    this.steps.push(step);
    if (!isNow) return;
    if (fault.kind === 'crash') this.#dead = true;
    this.requireAlive();
    if (step.canFail) throw new FailedError(`injected: cannot ${step.doing}`);
  }

  requireAlive(): void {
    if (this.#dead) throw new Crash('killed');
  }
}
