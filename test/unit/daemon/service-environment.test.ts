import { describe, expect, test } from 'vitest';
import { serviceEnvironment } from '../../../src/daemon/service-manager.ts';

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
