import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Ending } from '../../../src/daemon/ending.ts';
import { serviceEnvironment, ServiceManager } from '../../../src/daemon/service-manager.ts';

const done: Ending = {
  plan: { name: 'audit', unchanged: 1 },
  operations: 0,
  error: undefined,
  out: '',
  err: '',
};
const failed: Ending = { ...done, plan: undefined, error: { message: 'bad', status: 65 } };

let sent: string[];
let warnings: string[];
let isReachable: boolean;
beforeEach(() => {
  [sent, warnings, isReachable] = [[], [], true];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

function start(watchdogMs?: number): ServiceManager {
  const nothing = (): void => undefined;
  return new ServiceManager({
    send: (text) => {
      if (!isReachable) throw new Error('sendto: ENOENT');
      sent.push(text);
    },
    log: { info: nothing, warn: (message) => warnings.push(message), error: nothing },
    watchdogMs,
  });
}

/** The first variable of each message. */
function heads(): readonly string[] {
  return sent.map((text) => text.split('\n')[0] ?? '');
}

describe('ready', () => {
  test.each([
    ['well', done],
    ['not well', failed],
  ])('is a watch whose first convergence ended %s, and only then', (_, ending) => {
    using manager = start();

    manager.begins();
    expect(sent).toEqual([]);
    manager.ended(ending, true);
    manager.begins();
    manager.ended(done, true);

    expect(heads()).toEqual(['READY=1', 'STATUS=audit: as its manifest says (unchanged=1)']);
  });
});

test('a watch that ends by itself never was ready', () => {
  using manager = start();
  manager.begins();

  manager.ended(failed, false);
  manager.stopping();

  expect(heads()).toEqual(['STATUS=failed (exit status 65): bad', 'STOPPING=1']);
});

describe('a reload', () => {
  test('is over when a convergence has ended that began after it', () => {
    using manager = start();
    manager.begins();
    manager.ended(done, true);
    manager.begins();

    manager.reloads();
    manager.ended(done, true); // what it read may be older
    manager.begins();
    manager.ended(failed, true);

    expect(heads().slice(1)).toEqual([
      'RELOADING=1',
      'STATUS=audit: as its manifest says (unchanged=1)',
      'READY=1',
    ]);
  });

  test('says when it was heard of, by the clock of systemd', () => {
    using manager = start();
    manager.ended(done, true);

    const before = process.hrtime.bigint() / 1000n;
    manager.reloads();
    const after = process.hrtime.bigint() / 1000n;

    const [, usec = ''] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(sent.at(-1) ?? '') ?? [];
    expect(BigInt(usec) >= before && BigInt(usec) <= after).toBe(true);
  });

  test('is none before the watch is ready, or while it ends', () => {
    using manager = start();

    manager.reloads();
    manager.begins();
    manager.ended(done, true);
    manager.stopping();
    manager.reloads();

    expect(heads()).toEqual(['READY=1', 'STOPPING=1']);
  });
});

test('stopping is said once, and nothing of the convergence that it ends', () => {
  using manager = start();
  manager.begins();

  manager.stopping();
  manager.ended(failed, true);
  manager.stopping();

  expect(heads()).toEqual(['STOPPING=1']);
});

describe('the watchdog', () => {
  test('hears of us twice in its time, also while we end', () => {
    const manager = start(1000);

    vi.advanceTimersByTime(1000);
    manager.stopping();
    vi.advanceTimersByTime(500);
    manager[Symbol.dispose]();
    vi.advanceTimersByTime(5000);

    expect(heads()).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1', 'WATCHDOG=1']);
  });

  test('costs no timer where there is none', () => {
    using manager = start();

    expect(vi.getTimerCount()).toBe(0);
    manager.stopping();
  });

  test('of years is no reason to send without a pause', () => {
    using manager = start(1e12);

    vi.advanceTimersByTime(60_000);

    expect(sent).toEqual([]);
    manager.stopping();
  });
});

test('what cannot be sent is logged, the first in a row', () => {
  using manager = start();
  isReachable = false;

  manager.ended(done, true);
  manager.ended(done, true);
  isReachable = true;
  manager.ended(done, true);
  isReachable = false;
  manager.stopping();

  expect(warnings).toHaveLength(2);
  expect(sent).toHaveLength(1);
});

describe('what the environment says', () => {
  const socket = { NOTIFY_SOCKET: '/run/notify' };
  test.each<readonly [string, Record<string, string>, ReturnType<typeof serviceEnvironment>]>([
    ['nothing', {}, undefined],
    ['an empty address', { NOTIFY_SOCKET: '', WATCHDOG_USEC: '5000' }, undefined],
    ['an address', socket, { address: '/run/notify', watchdogMs: undefined }],
    [
      'a watchdog',
      { ...socket, WATCHDOG_USEC: '30000000' },
      { address: '/run/notify', watchdogMs: 30_000 },
    ],
    [
      'a watchdog of ours',
      { ...socket, WATCHDOG_USEC: '1500', WATCHDOG_PID: '42' },
      { address: '/run/notify', watchdogMs: 1.5 },
    ],
    [
      'a watchdog of another process',
      { ...socket, WATCHDOG_USEC: '1500', WATCHDOG_PID: '43' },
      { address: '/run/notify', watchdogMs: undefined },
    ],
    [
      'no number',
      { ...socket, WATCHDOG_USEC: 'soon' },
      { address: '/run/notify', watchdogMs: undefined },
    ],
    [
      'no time',
      { ...socket, WATCHDOG_USEC: '0' },
      { address: '/run/notify', watchdogMs: undefined },
    ],
  ])('%s', (_, variables, expected) => {
    const environment = { ...variables, PATH: '/bin' };

    expect(serviceEnvironment(environment, 42)).toEqual(expected);

    expect(environment).toEqual({ PATH: '/bin' }); // children are not told
  });
});
