import type { ChildProcess } from 'node:child_process';

/**
 * Keeps one process ready for the next job. To start Node takes longer than it takes until an edit is quiet: so it starts when a
 * change is noticed, and is given the job when all is written.
 */
export class Standby implements Disposable {
  readonly #start: () => ChildProcess;
  #waiting: ChildProcess | undefined;

  constructor(start: () => ChildProcess) {
    this.#start = start;
  }

  /** There will be a job soon. Again changes nothing. */
  prepare(): void {
    if (this.#waiting !== undefined && isAlive(this.#waiting)) return;
    this.#waiting = this.#start().on('error', nothing); // the next one that cannot be started tells why
  }

  /** One that has done nothing yet; from now on it is the caller's. */
  take(): ChildProcess {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting !== undefined && isAlive(waiting) ? waiting : this.#start();
  }

  /** Ends the one that waits, if one does. */
  [Symbol.dispose](): void {
    this.#waiting?.kill('SIGKILL');
    this.#waiting = undefined;
  }
}

function isAlive({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

function nothing(): void {}
