import { expect, test } from 'vitest';
import type { LogFields } from '../../../src/base/logger.ts';
import type { EndingError } from '../../../src/daemon/ending.ts';
import { Retries } from '../../../src/daemon/retries.ts';

const gone: EndingError = { message: 'a pin is gone', status: 1, isPassing: true };
const died: EndingError = { message: 'ended by SIGKILL', status: 1, isPassing: true };
const locked: EndingError = { message: 'held', status: 75 };
const rejected: EndingError = { message: 'rejected', status: 1 };

/** What waits, in milliseconds, and what was logged. */
function start() {
  const waiting = new Set<number>();
  const logged: LogFields[] = [];
  const note = (_: string, fields: LogFields = {}): void => void logged.push(fields);
  const retries = new Retries({
    retry: () => undefined,
    log: { info: note, warn: note, error: note },
    after: (ms) => {
      waiting.add(ms);
      return () => waiting.delete(ms);
    },
  });
  return { retries, waiting, logged };
}

test('what may pass is told once, and tried again at a pace that doubles', () => {
  const { retries, waiting, logged } = start();

  const tries = [1, 2, 3].map(() => {
    const hadTold = retries.hasTold(gone);
    return [hadTold, retries.failed(gone), [...waiting]];
  });

  expect(tries).toEqual([
    [false, true, [1000]],
    [true, true, [2000]],
    [true, true, [4000]],
  ]);
  expect(logged).toEqual([{ ms: 1000, most_ms: 300_000 }]);
});

test('another failure is told, at the pace that was reached', () => {
  const { retries, waiting, logged } = start();

  retries.failed(gone);
  const hadTold = retries.hasTold(died);
  retries.failed(died);

  expect(hadTold).toBe(false);
  expect([...waiting]).toEqual([2000]);
  expect(logged).toEqual([
    { ms: 1000, most_ms: 300_000 },
    { ms: 2000, most_ms: 300_000 },
  ]);
});

test('a lock is tried each second', () => {
  const { retries, waiting, logged } = start();

  const tries = [retries.failed(locked), retries.failed(locked)];

  expect(tries).toEqual([true, true]);
  expect([...waiting]).toEqual([1000]);
  expect(logged).toEqual([{ ms: 1000, most_ms: undefined }]);
});

test.each<readonly [string, (retries: Retries) => unknown]>([
  ['success, or a change', (retries) => retries.renew()],
  ['a failure that waits for a change', (retries) => retries.failed(rejected)],
])('%s begins anew', (_, happens) => {
  const { retries, waiting } = start();
  retries.failed(gone);
  retries.failed(gone);
  retries.cancel();

  happens(retries);

  expect(retries.hasTold(gone)).toBe(false);
  expect(waiting.size).toBe(0);
  retries.failed(gone);
  expect([...waiting]).toEqual([1000]);
});
