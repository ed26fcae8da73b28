import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** How often the event loop turned so far. */
export function loopTurns(): number {
  return performance.nodeTiming.uvMetricsInfo.loopCount;
}

/** Whether a promise is not settled although the loop turned some times. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const late = Symbol('late');
  return (await Promise.race([promise, turns(late)])) === late;
}

async function turns<Value>(value: Value): Promise<Value> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate(); // oxlint-disable-line eslint/no-await-in-loop -- one turn after the other
  return value;
}

/** Fds that the event loop waits for on behalf of native code; while there is one, the process does not end. */
export function activePolls(): number {
  const report = process.report.getReport() as unknown as Report; // typed as an object without members
  return report.libuv.filter(({ type, is_active: isActive }) => type === 'poll' && isActive).length;
}

interface Report {
  readonly libuv: readonly { readonly type: string; readonly is_active: boolean }[];
}

/** Pieces of memory of BPF maps that this process has mapped. */
export function mappedMaps(): number {
  return readFileSync('/proc/self/maps', 'utf8').split('bpf-map').length - 1;
}
