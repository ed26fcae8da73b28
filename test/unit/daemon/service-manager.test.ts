import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Ending } from '../../../src/daemon/ending.ts';
import type { Following } from '../../../src/daemon/observer.ts';
import { ServiceManager } from '../../../src/daemon/service-manager.ts';

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

/** Of a watch of one manifest. */
function start(watchdogMs?: number): ServiceManager {
  const manager = startEmpty(watchdogMs);
  manager.onFollow(one);
  return manager;
}

const one = { manifests: ['m.yaml'], folders: [], problems: new Map(), isSet: false };

function startEmpty(watchdogMs?: number): ServiceManager {
  const nothing = (): void => undefined;
  return new ServiceManager({
    send: (text) => {
      if (!isReachable) throw new Error('sendto: ENOENT');
      sent.push(text);
    },
    log: { info: nothing, warn: (message) => warnings.push(message), error: nothing },
    watchdogMs,
    convergenceMs: 70_000,
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

    manager.onBegin('m.yaml');
    expect(sent).toEqual([]);
    manager.onEnded('m.yaml', ending, true);
    manager.onBegin('m.yaml');
    manager.onEnded('m.yaml', done, true);

    expect(heads()).toEqual(['READY=1', 'STATUS=audit: as its manifest says (unchanged=1)']);
  });
});

test('a watch that ends by itself never was ready', () => {
  using manager = start();
  manager.onBegin('m.yaml');

  manager.onEnded('m.yaml', failed, false);
  manager.stopping();

  expect(heads()).toEqual(['STATUS=failed (exit status 65): bad', 'STOPPING=1']);
});

describe('a reload', () => {
  test('is over when a convergence has ended that began after it', () => {
    using manager = start();
    manager.onBegin('m.yaml');
    manager.onEnded('m.yaml', done, true);
    manager.onBegin('m.yaml');

    manager.reloads();
    manager.onFollow(one);
    manager.onEnded('m.yaml', done, true); // what it read may be older
    manager.onBegin('m.yaml');
    manager.onEnded('m.yaml', failed, true);

    expect(heads().slice(1)).toEqual([
      'RELOADING=1',
      'STATUS=audit: as its manifest says (unchanged=1)',
      'READY=1',
    ]);
  });

  test('says when it was heard of, by the clock of systemd', () => {
    using manager = start();
    manager.onEnded('m.yaml', done, true);

    const before = process.hrtime.bigint() / 1000n;
    manager.reloads();
    const after = process.hrtime.bigint() / 1000n;

    const [, usec = ''] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(sent.at(-1) ?? '') ?? [];
    expect(BigInt(usec) >= before && BigInt(usec) <= after).toBe(true);
  });

  test('is none before the watch is ready, or while it ends', () => {
    using manager = start();

    manager.reloads();
    manager.onBegin('m.yaml');
    manager.onEnded('m.yaml', done, true);
    manager.stopping();
    manager.reloads();

    expect(heads()).toEqual(['READY=1', 'STOPPING=1']);
  });
});

describe('of a folder', () => {
  const folder = (...manifests: readonly string[]): Following => {
    return { manifests, folders: ['/etc/f'], problems: new Map<string, string>(), isSet: true };
  };
  const converge = (manager: ServiceManager, manifest: string, ending: Ending): void => {
    manager.onBegin(manifest);
    manager.onEnded(manifest, ending, true);
  };
  const attached = (count: number): Ending => ({ ...done, attached: count });

  test('that is empty, it is ready at once', () => {
    using manager = startEmpty();

    manager.onFollow(folder());

    expect(sent).toEqual(['READY=1\nSTATUS=no manifest in /etc/f']);
  });

  test('that cannot be looked into, it is ready, and says why', () => {
    using manager = startEmpty();

    manager.onFollow({ ...folder(), problems: new Map([['/etc/f', 'ENOENT']]) });

    expect(sent).toEqual([
      'READY=1\nSTATUS=no manifest in /etc/f, cannot look into /etc/f (ENOENT)',
    ]);
  });

  test('it is ready when each manifest has ended, and sums up', () => {
    using manager = startEmpty();

    manager.onFollow(folder('/etc/f/a.yaml', '/etc/f/b.yaml'));
    converge(manager, '/etc/f/a.yaml', attached(3));
    converge(manager, '/etc/f/b.yaml', failed);
    converge(manager, '/etc/f/b.yaml', attached(2));
    converge(manager, '/etc/f/b.yaml', failed); // what it attached stays

    expect(sent).toEqual([
      'EXTEND_TIMEOUT_USEC=70000000',
      'STATUS=2 manifests: 3 attached',
      'EXTEND_TIMEOUT_USEC=70000000',
      'READY=1\nSTATUS=2 manifests: 3 attached, 1 failed: b.yaml: bad',
      'STATUS=2 manifests: 5 attached',
      'STATUS=2 manifests: 5 attached, 1 failed: b.yaml: bad',
    ]);
  });

  test('a manifest that goes is waited for no longer, and one that comes is', () => {
    using manager = startEmpty();
    manager.onFollow(folder('a', 'b'));
    converge(manager, 'a', attached(1));

    manager.onFollow(folder('a'));
    manager.onFollow(folder('a', 'c'));
    converge(manager, 'b', failed); // too late

    expect(sent.slice(2)).toEqual([
      'READY=1\nSTATUS=1 manifest: 1 attached',
      'STATUS=2 manifests: 1 attached',
    ]);
  });

  test('a reload is over when the folder was looked into, and each manifest has converged since', () => {
    using manager = startEmpty();
    manager.onFollow(folder('a', 'b'));
    converge(manager, 'a', attached(1));
    manager.onBegin('b');
    manager.onEnded('b', attached(1), true);
    sent = [];

    const more = 'EXTEND_TIMEOUT_USEC=70000000'; // each may take its time
    manager.reloads();
    converge(manager, 'a', attached(1));
    converge(manager, 'b', attached(1));
    expect(heads().filter((head) => head === 'READY=1')).toEqual([]);
    manager.onFollow(folder('a', 'b', 'c'));
    converge(manager, 'c', attached(1));

    expect(heads()).toEqual([
      'RELOADING=1',
      more,
      'STATUS=2 manifests: 2 attached',
      more,
      'STATUS=2 manifests: 2 attached',
      'STATUS=3 manifests: 2 attached',
      more,
      'READY=1',
    ]);
  });
});

test('stopping is said once, and nothing of the convergence that it ends', () => {
  using manager = start();
  manager.onBegin('m.yaml');

  manager.stopping();
  manager.onEnded('m.yaml', failed, true);
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

  manager.onEnded('m.yaml', done, true);
  manager.onEnded('m.yaml', done, true);
  isReachable = true;
  manager.onEnded('m.yaml', done, true);
  isReachable = false;
  manager.stopping();

  expect(warnings).toHaveLength(2);
  expect(sent).toHaveLength(1);
});
