import { readdirSync, readFileSync } from 'node:fs';
import { bpftool, tracingLinks, tracingPrograms } from '../../e2e/support/kernel.ts';

/** What the kernel has of everybody. */
export interface Holdings {
  readonly programs: number;
  readonly links: number;
  readonly maps: number;
}

export function holdings(): Holdings {
  return {
    programs: tracingPrograms().length,
    links: tracingLinks().length,
    maps: bpftool<readonly unknown[]>('map', 'list').length,
  };
}

/** Open files of a process. */
export function openFiles(pid: string): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Of a process, in kilobytes (proc(5), VmRSS). */
export function residentSize(pid: string): number {
  const [, size = ''] =
    /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(size);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How often each thing happened. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  text(): string {
    return [...this.#counts].map(([what, count]) => `${what}: ${count}`).join('\n');
  }
}
