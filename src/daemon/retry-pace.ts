const firstMs = 1000;
export const longestMs = 300_000;

/** How long to wait before what fails by itself is tried again: each time twice as long, to five minutes. */
export class RetryPace {
  #nextMs = firstMs;

  /** Milliseconds until the next try. */
  delay(): number {
    const delay = this.#nextMs;
    this.#nextMs = Math.min(delay * 2, longestMs);
    return delay;
  }

  /** It went well, failed for a reason, or has something new to try. */
  reset(): void {
    this.#nextMs = firstMs;
  }
}
