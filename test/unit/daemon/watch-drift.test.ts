import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UnsupportedError } from '../../../src/base/errors.ts';
import { Directory } from './directory.ts';
import type { StartOptions } from './start-watch.ts';
import { manifest, startWatch } from './start-watch.ts';

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

describe('what is pinned', () => {
  const pin = (): unknown => directory.write('pins/demo/maps/o/m', 'a map');

  test('and removed by others is told, and converged at once', async () => {
    const { log, count, until, drifts } = start({ pin });
    await until(() => count('unchanged') === 1);

    directory.remove('pins/demo/maps/o/m');

    await until(() => count('unchanged') === 2);
    expect(drifts).toEqual([false, true]);
    expect(log.filter(({ message }) => message.startsWith('pin'))).toEqual([
      { message: 'pin gone', fields: { pin: directory.file('pins/demo/maps/o/m') } },
    ]);
  });

  test('by a convergence starts no other', async () => {
    let pins = 0;
    const {
      runs,
      drifts,
      log,
      count,
      until,
      watch: watching,
    } = start({
      pin: () => directory.write(`pins/demo/objects/${(pins += 1)}/link`, ''),
    });
    await until(() => count('unchanged') === 1);

    directory.replace('m.yaml', manifest('second', 'a.o'));
    await until(() => count('unchanged') === 2);
    directory.replace('a.o', 'second object');
    await until(() => count('unchanged') === 3);
    watching.converge();
    await until(() => count('unchanged') === 4);

    expect(runs).toHaveLength(4);
    expect(drifts).not.toContain(true);
    expect(log.filter(({ message }) => message.startsWith('pin'))).toEqual([]);
  });

  test('and removed while a convergence ends, is found after it', async () => {
    const removals = ['once', 'twice'];
    const meanwhile = (): void => {
      if (removals.pop() !== undefined) directory.remove('pins/demo/link');
    };
    const { runs, log, count, until } = start({
      pin: () => directory.write('pins/demo/link', ''),
      meanwhile,
    });

    await until(() => count('unchanged') === 3);

    expect(runs).toHaveLength(3);
    expect(log.filter(({ message }) => message.startsWith('pin'))).toEqual(
      [1, 2].map(() => ({
        message: 'pin gone',
        fields: { pin: directory.file('pins/demo/link') },
      })),
    );
  });

  test('is looked at again and again, and nothing is said while all is well', async () => {
    const { runs, drifts, count, until } = start({ resyncMs: 5 });

    await until(() => runs.length === 4 && drifts.length >= 3);

    expect(count('unchanged')).toBe(1);
    expect(drifts.slice(0, 3)).toEqual([false, true, true]); // what it would have to do, others have made necessary
  });

  test('and went with its file system is made again once there is one', async () => {
    let isMounted = true;
    const failures = [undefined, new UnsupportedError('not in a BPF file system')];
    const { log, count, until } = start({ pin, failures, hasBpffs: () => isMounted });
    await until(() => count('unchanged') === 1);
    isMounted = false;
    directory.remove('pins');
    await until(() => count('waiting for a change') === 1);

    isMounted = true;

    await until(() => count('unchanged') === 2);
    expect(log.map(({ message }) => message)).toContain('the BPF file system is there again');
  });
});
