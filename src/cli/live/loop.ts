import type { Sample } from './sample.ts';
import type { View } from './view.ts';
import { noMemory, viewOf } from './view.ts';

/** What the loop needs from outside. */
export interface LoopPorts {
  /** Reads the kernel. */
  readonly read: () => Sample['programs'];
  readonly show: (view: View) => void;
  /** Whether runs are counted, as far as the kernel tells. */
  readonly isOn: () => boolean;
  /** Milliseconds by a clock that nobody sets. */
  readonly now: () => number;
  /** The time of day. */
  readonly time: () => Date;
  /** Fulfilled after so many milliseconds, or as soon as the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Reads and shows at once, and then each `everyMs`, until the signal aborts. Times that were missed are left out. */
export async function watchLive(
  ports: LoopPorts,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  let due = ports.now();
  let memory = noMemory;
  while (!signal.aborted) {
    const sample = { atMs: ports.now(), programs: ports.read() };
    const next = viewOf(memory, sample, { time: ports.time(), isOn: ports.isOn() });
    ({ memory } = next);
    ports.show(next.view);
    const now = ports.now();
    due = nextAfter(due, now, everyMs);
    // oxlint-disable-next-line eslint/no-await-in-loop -- one moment after the other
    await ports.wait(due - now, signal);
  }
}

/** What reading takes makes no moment later, and a timer that is early by a fraction makes none twice. */
function nextAfter(due: number, now: number, everyMs: number): number {
  const missed = Math.max(0, Math.floor((now - due) / everyMs));
  return due + (missed + 1) * everyMs;
}
