import type { InTurn } from './loop.ts';

/** One at a time, in the order in which they asked: what runs shares a lock, and would only wait for it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  readonly take: InTurn = async (run) => {
    const mine = this.#last.then(run);
    this.#last = mine.catch(() => undefined); // its caller is told; the next one has its turn all the same
    await mine;
  };
}
