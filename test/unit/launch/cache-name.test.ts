import { describe, expect, test } from 'vitest';
import { cacheName, isStale } from '../../../src/launch/cache-name.ts';

const main = '/usr/lib/fentryctl/dist/command/main-program.cjs';
const worker = '/usr/lib/fentryctl/dist/command/watch-worker-program.cjs';
const day = 24 * 60 * 60_000;

describe('the name of compiled code', () => {
  test('has the command, and what the code depends on', () => {
    const name = cacheName(main, ['--json', 'apply', 'plan']);

    const suffix = `${process.version}-${process.arch}.code`;
    expect(name).toMatch(/^apply-[\da-f]{8}-v/);
    expect(name?.endsWith(suffix)).toBe(true);
  });

  test('is another one in another place', () => {
    expect(cacheName(`/opt${main}`, ['apply'])).not.toEqual(cacheName(main, ['apply']));
  });

  test.for([
    [[]],
    [['--version']],
    [['--help']],
    [['completion', 'bash']],
    [['../apply']],
    [['no']],
  ])('there is none for %s', ([args = []]) => {
    expect(cacheName(main, args)).toBeUndefined();
  });

  test('of a worker says so, whatever it works for', () => {
    expect(cacheName(worker, ['watch', 'm.yaml'])).toMatch(/^watch-worker-[\da-f]{8}-v/);
  });
});

describe('code goes', () => {
  test.for<readonly [file: string, days: number, goes: boolean]>([
    ['apply-0a1b2c3d-v20.19.0-x64.code', 29, false],
    ['apply-0a1b2c3d-v20.19.0-x64.code', 31, true],
    ['watch-worker-0a1b2c3d-v24.0.0-arm64.code', 31, true],
    ['apply-0a1b2c3d-v20.19.0-x64.code.4711', 31, true],
    ['apply-0a1b2c3d-v20.19.0-x64.code.4711', 0, false],
    ['apply.code', 31, false],
    ['notes.txt', 31, false],
    ['apply-0a1b2c3d-v20.19.0-x64.code.bak', 31, false],
  ])('%s after %i days: %s', ([file, days, goes]) => {
    expect(isStale(file, days * day)).toBe(goes);
  });
});
