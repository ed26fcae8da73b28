import { afterEach, beforeEach, expect, test } from 'vitest';
import { FailedError, LockedError } from '../../../src/base/errors.ts';
import { Directory } from './directory.ts';
import type { StartOptions } from './start-watch.ts';
import { Death, manifest, startWatch } from './start-watch.ts';

let directory: Directory;
let started: ReturnType<typeof startWatch>;
beforeEach(() => {
  directory = new Directory();
  directory.write('a.o', 'first object');
  directory.write('m.yaml', manifest('first', 'a.o'));
});
afterEach(async () => {
  started.watch.stop('the end of the test');
  await started.watch.end();
  directory.remove();
});

function start(options?: StartOptions): ReturnType<typeof startWatch> {
  started = startWatch(directory, options);
  return started;
}

test('while another run holds the lock, it tries again by itself', async () => {
  const { reported, runs, count, until } = start({
    failures: [undefined, new LockedError('held')],
  });
  await until(() => count('unchanged') === 1);

  directory.replace('m.yaml', manifest('second', 'a.o'));

  await until(() => count('unchanged') === 2);
  expect(reported).toEqual(['converged', 'held', 'converged']);
  expect(runs.at(-1)?.text).toContain('second');
  expect(count('waiting for a change')).toBe(0);
});

test('what died in the middle is tried again by itself', async () => {
  const { reported, count, until } = start({
    failures: [undefined, new Death('ended by SIGKILL')],
  });
  await until(() => count('unchanged') === 1);

  directory.replace('m.yaml', manifest('second', 'a.o'));

  await until(() => count('unchanged') === 2);
  expect(reported).toEqual(['converged', 'ended by SIGKILL', 'converged']);
  expect(count('trying again')).toBe(1);
  expect(count('waiting for a change')).toBe(0);
});

test('what others moved is tried again, and told once however often it fails', async () => {
  const moved = (): Error => new FailedError('a pin is gone', { isPassing: true });
  const { reported, repeats, count, until } = start({ failures: [moved(), moved()] });

  await until(() => count('unchanged') === 1);

  expect(reported).toEqual(['a pin is gone', 'a pin is gone', 'converged']);
  expect(repeats).toEqual([false, true, false]);
  expect(count('failed')).toBe(1);
  expect(count('trying again')).toBe(1);
  expect(count('waiting for a change')).toBe(0);
});

test('an edit while it waits to try again is tried at once, and told anew', async () => {
  const moved = (): Error => new FailedError('a pin is gone', { isPassing: true });
  const { repeats, runs, count, until } = start({ failures: [moved(), moved()] });
  await until(() => count('trying again') === 1);

  directory.replace('m.yaml', manifest('second', 'a.o'));

  await until(() => count('unchanged') === 1);
  expect(runs[1]?.text).toContain('second');
  expect(repeats).toEqual([false, false, false]);
  expect(count('failed')).toBe(2);
});
