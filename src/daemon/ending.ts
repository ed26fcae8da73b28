import { ExitStatus } from '../base/errors.ts';
import type { LogFields } from '../base/logger.ts';
import type { Settled } from './watch-pins.ts';

/** How a convergence ended, as plain data: it happened in another process. */
export interface Ending {
  /** What was done and what was not needed, for the log; `undefined` where it did not come so far as to have a plan. */
  readonly plan: LogFields | undefined;
  /** How many operations the plan had. */
  readonly operations: number;
  readonly error: EndingError | undefined;
  /** What is pinned now; not known of one that failed. */
  readonly pinned?: Settled | undefined;
  /** How many programs are attached now, each function counted; not known of one that failed. */
  readonly attached?: number | undefined;
  /** What `apply` would print: its answer, and its errors. */
  readonly out: string;
  readonly err: string;
}

/** Why it failed. */
export interface EndingError {
  readonly message: string;
  readonly status: ExitStatus;
  /** What became of one that did not end by itself: its time was over, or it died. */
  readonly fate?: 'timeout' | 'killed';
  /** No file is at fault: it did not live to tell, its time was over, or others moved what it worked on. No change will tell when that is over. */
  readonly isPassing?: true | undefined;
}

/** Whether the watch tries again by itself, rather than wait for a change. */
export function isTriedAgain({ status, isPassing }: EndingError): boolean {
  return isPassing === true || status === ExitStatus.locked;
}

/** One that ended without a word of its own. */
export function failedEnding(error: EndingError, log = ''): Ending {
  const { message } = error;
  return { plan: undefined, operations: 0, error, out: '', err: `error: ${message}\n${log}` };
}
