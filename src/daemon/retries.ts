import { ExitStatus } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { EndingError } from './ending.ts';
import { isTriedAgain } from './ending.ts';
import type { After } from './loop.ts';
import { longestMs, RetryPace } from './retry-pace.ts';

/** Between giving up on a lock that another run holds and trying again. */
const lockedMs = 1000;

export interface RetryPorts {
  readonly retry: () => void;
  readonly log: Logger;
  readonly after: After;
}

/**
 * Tries again what no change will tell of: who held the lock has ended, what died would do so no more, what others moved stands still.
 * What fails again as before is told once, since it may do so for months.
 */
export class Retries {
  readonly #ports: RetryPorts;
  readonly #pace = new RetryPace();
  #told: string | undefined;
  #cancel: () => void = nothing;

  constructor(ports: RetryPorts) {
    this.#ports = ports;
  }

  /** Whether that was told, and has been tried again since. */
  hasTold({ message }: EndingError): boolean {
    return message === this.#told;
  }

  /** A convergence failed; returns whether it is tried again. */
  failed(error: EndingError): boolean {
    const hasTold = this.hasTold(error);
    if (!isTriedAgain(error)) this.renew();
    if (!isTriedAgain(error)) return false;
    const ms = this.#delay(error);
    this.#told = error.message;
    this.#cancel();
    this.#cancel = this.#ports.after(ms, this.#ports.retry);
    if (!hasTold) this.#ports.log.info('trying again', { ms, most_ms: longestOf(error) });
    return true;
  }

  /** It went well, or there is something new to try: what fails then is told, and soon tried again. */
  renew(): void {
    this.#told = undefined;
    this.#pace.reset();
  }

  /** A convergence begins, or the watch ends. */
  cancel(): void {
    this.#cancel();
  }

  #delay(error: EndingError): number {
    if (!isLocked(error)) return this.#pace.delay();
    this.#pace.reset();
    return lockedMs;
  }
}

function longestOf(error: EndingError): number | undefined {
  return isLocked(error) ? undefined : longestMs;
}

function isLocked({ status }: EndingError): boolean {
  return status === ExitStatus.locked;
}

function nothing(): void {}
