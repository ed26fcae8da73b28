const firstMs = 1000;
const longestMs = 300_000;

/** How long to wait before what fails by itself is tried again: each time twice as long, to five minutes. */
export class RetryPace {
  #nextMs = firstMs;

  /** Milliseconds until the next try. */
  delay(): number {
    const delay = this.#nextMs;
    this.#nextMs = Math.min(delay * 2, longestMs);
    return delay;
  }

  /** It went well, or failed for a reason. */
  reset(): void {
    this.#nextMs = firstMs;
  }
}
