/** Calls back once after so many milliseconds; returns what cancels that. */
export type After = (milliseconds: number, callback: () => void) => () => void;

export interface LoopOptions {
  /** Never called while an earlier call is in flight. To end soon, but in good order, when the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** How long it must be quiet after the last request before a run starts. */
  readonly quietMs: number;
  readonly after: After;
  /** Waits until no other loop runs anything; without it, there is none to wait for. */
  readonly inTurn?: InTurn | undefined;
}

/** Calls back when it is the caller's turn, which lasts until that has ended. */
export type InTurn = (run: () => Promise<void>) => Promise<void>;

/**
 * Request → quiet time → run one → maybe again. However requests and runs interleave: one run at a time, and
 * the last one starts after the last request.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #cancelTimer: () => void = nothing;
  #isWanted = false;
  #running: Promise<void> | undefined;

  /** Settles once the loop was stopped and no run is in flight; rejects if a run did, which stops the loop. */
  readonly ended: Promise<void>;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.ended = new Promise((resolve, reject) => {
      this.#stopping.signal.addEventListener('abort', () => {
        Promise.resolve()
          .then(() => this.#running)
          .then(resolve, reject); // a run may be about to begin
      });
    });
  }

  /** Something changed: run when it has been quiet for a while. */
  request(): void {
    if (this.#stopping.signal.aborted) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#options.after(this.#options.quietMs, () => this.requestNow());
  }

  /** Run now, or else as soon as the run in flight has ended; settles the requests made so far. */
  requestNow(): void {
    if (this.#stopping.signal.aborted) return;
    this.#cancelTimer();
    this.#isWanted = true;
    if (this.#running === undefined) this.#running = this.#runWhileWanted();
  }

  /** Starts nothing any more; the run in flight is told why. Calling it again changes nothing. */
  stop(reason: Error): void {
    this.#cancelTimer();
    this.#stopping.abort(reason);
  }

  async #runWhileWanted(): Promise<void> {
    const { signal } = this.#stopping;
    const { inTurn = atOnce } = this.#options;
    try {
      while (this.#isWanted && !signal.aborted) {
        await inTurn(async () => await this.#runOnce(signal)); // oxlint-disable-line eslint/no-await-in-loop -- one at a time is the point
      }
      this.#running = undefined;
    } catch (error) {
      this.stop(new Error('a run failed', { cause: error }));
      throw error;
    }
  }

  /** What was asked for until its turn came is asked for no more. */
  async #runOnce(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#isWanted = false;
    await this.#options.run(signal);
  }
}

async function atOnce(run: () => Promise<void>): Promise<void> {
  await run();
}

function nothing(): void {}
