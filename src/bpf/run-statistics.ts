import { readFileSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import { enableStats } from './libbpf/enable-stats.ts';

/**
 * Has the kernel count the runs of all programs, and their time, until it is disposed of; `undefined` where that may not be: it
 * takes CAP_SYS_ADMIN and Linux 5.8. A process that ends stops it too. aya::sys::enable_stats.
 */
export function enableRunStatistics(): Disposable | undefined {
  try {
    return enableStats();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Whether the machine's administrator switched it on; the kernel does not tell of others who hold it. */
export function isEnabledForAll(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/bpf_stats_enabled', 'utf8').trim() !== '0';
  } catch {
    return false; // Linux before 5.1, or a /proc without it
  }
}
