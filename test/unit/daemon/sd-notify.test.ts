import { expect, test } from 'vitest';
import type { Ending } from '../../../src/daemon/ending.ts';
import { readyMessage, reloadingMessage, statusMessage } from '../../../src/daemon/sd-notify.ts';
import { statusOf } from '../../../src/daemon/standing.ts';

const ending: Ending = { plan: undefined, operations: 0, error: undefined, out: '', err: '' };

test.each<readonly [string, Partial<Ending>, string]>([
  [
    'nothing was to be done',
    { plan: { name: 'audit', load: 0, attach: 0, unchanged: 3 } },
    'audit: as its manifest says (load=0 attach=0 unchanged=3)',
  ],
  [
    'something was done',
    { plan: { name: 'audit', load: 2, attach: 1, unchanged: 0 }, operations: 3 },
    'audit: as its manifest says (load=2 attach=1 unchanged=0)',
  ],
  [
    'it failed before there was a plan',
    { error: { message: 'manifest "m.yaml" has 1 problem', status: 65 } },
    'failed (exit status 65): manifest "m.yaml" has 1 problem',
  ],
  [
    'it failed later',
    { plan: { name: 'audit', unchanged: 0 }, error: { message: 'rejected', status: 1 } },
    'audit: failed (exit status 1): rejected',
  ],
  [
    'another run is at work',
    { error: { message: 'process 7 holds the lock', status: 75 } },
    'trying again: process 7 holds the lock',
  ],
  [
    'what was to be changed had moved',
    { error: { message: 'nothing is pinned there', status: 1, isPassing: true } },
    'trying again: nothing is pinned there',
  ],
  [
    'a message of several lines is one line, for each line is a variable of its own',
    { error: { message: 'bad\nSTOPPING=1\r\n', status: 1 } },
    'failed (exit status 1): bad STOPPING=1',
  ],
])('%s', (_, facts, status) => {
  const text = statusOf({ ...ending, ...facts });

  expect(statusMessage(text)).toBe(`STATUS=${status}`);
  expect(readyMessage(text)).toBe(`READY=1\nSTATUS=${status}`);
});

test('a long message is cut to what systemd takes', () => {
  const error = { message: '€'.repeat(5000), status: 1 } as const;

  const message = readyMessage(statusOf({ ...ending, error }));

  expect(Buffer.byteLength(message)).toBeLessThan(4096);
  expect(message).toMatch(/€ …$/);
});

test('a reload has its time', () => {
  expect(reloadingMessage(1234567890123n)).toBe('RELOADING=1\nMONOTONIC_USEC=1234567890123');
});
