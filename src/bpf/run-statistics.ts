import { readFileSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import { enableRunStats } from './libbpf/enable-stats.ts';
import type { Fd } from './libbpf/fd.ts';

/** Whether the kernel counts the runs of programs, and why it does not. */
export type RunStatisticsState =
  | { readonly isEnabled: true }
  | { readonly isEnabled: false; readonly why: string };

/** Has the kernel count the runs of all programs and time them, until it is disposed of; that costs each run two looks at the clock. */
export class RunStatistics implements Disposable {
  readonly #held: Fd | undefined;
  readonly #why: string;

  private constructor(held: Fd | undefined, why: string) {
    this.#held = held;
    this.#why = why;
  }

  /** Where it is refused, what the machine is set to is what holds. */
  static enable(): RunStatistics {
    try {
      return new RunStatistics(enableRunStats(), '');
    } catch (error) {
      if (error instanceof AppError) return new RunStatistics(undefined, error.message);
      throw error;
    }
  }

  /** As it is now: the setting may change. */
  get state(): RunStatisticsState {
    if (this.#held !== undefined || isSet()) return { isEnabled: true };
    return { isEnabled: false, why: this.#why };
  }

  [Symbol.dispose](): void {
    this.#held?.[Symbol.dispose]();
  }
}

/** The setting of the machine (Documentation/admin-guide/sysctl/kernel.rst, bpf_stats_enabled; Linux 5.1). */
function isSet(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/bpf_stats_enabled', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}
