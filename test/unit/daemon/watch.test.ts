import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ExitStatus,
  InvalidError,
  LockedError,
  PrivilegeError,
  UnsupportedError,
} from '../../../src/base/errors.ts';
import type { LogFields } from '../../../src/base/logger.ts';
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
  for (const run of started.runs) run.end();
  await started.watch.end();
  directory.remove();
});

function start(options?: StartOptions): ReturnType<typeof startWatch> {
  started = startWatch(directory, options);
  return started;
}

function filesOf(
  log: readonly { readonly message: string; readonly fields: LogFields }[],
  message: string,
) {
  return log.filter((entry) => entry.message === message).map(({ fields }) => fields['file']);
}

describe('what is converged', () => {
  test('the manifest, at once', async () => {
    const { log, count, until } = start();

    await until(() => count('unchanged') === 1);

    expect(filesOf(log, 'watching')).toEqual([directory.file('m.yaml'), directory.file('a.o')]);
  });

  test('the manifest when it was edited', async () => {
    const { log, runs, count, until } = start();
    await until(() => count('unchanged') === 1);

    directory.replace('m.yaml', manifest('second', 'a.o'));

    await until(() => count('unchanged') === 2);
    expect(runs.at(-1)?.text).toContain('second');
    expect(filesOf(log, 'changed')).toEqual([directory.file('m.yaml')]);
  });

  test('the manifest when a module comes that it waits for', async () => {
    let modules: readonly string[] = [];
    const program = '{ target: "nf:hook", if_missing: wait }';
    directory.write('m.yaml', manifest('first', 'a.o').replace('vfs_read', program));
    const { log, count, until } = start({ modules: () => modules });
    await until(() => count('unchanged') === 1);

    modules = ['nf'];

    await until(() => count('unchanged') === 2);
    expect(log.filter(({ message }) => message === 'module loaded')).toMatchObject([
      { fields: { module: 'nf' } },
    ]);
  });

  test('an object file that was replaced', async () => {
    const { log, count, until } = start();
    await until(() => count('unchanged') === 1);

    directory.replace('a.o', 'second object');

    await until(() => count('unchanged') === 2);
    expect(filesOf(log, 'changed')).toEqual([directory.file('a.o')]);
  });

  test('the last of many edits', async () => {
    const { runs, count, until } = start();
    await until(() => count('unchanged') === 1);

    for (let edit = 0; edit < 50; edit += 1)
      directory.write('m.yaml', manifest(`edit${edit}`, 'a.o'));

    await until(() => count('unchanged') === 2);
    expect(runs).toHaveLength(2);
    expect(runs.at(-1)?.text).toContain('edit49');
  });

  test('nothing, until somebody asks', async () => {
    const { watch: watching, runs, count, until } = start();
    await until(() => count('unchanged') === 1);

    watching.converge();

    await until(() => count('unchanged') === 2);
    expect(runs).toHaveLength(2);
  });
});

describe('the files that are watched', () => {
  test('follow the manifest', async () => {
    const { log, count, until } = start();
    await until(() => count('unchanged') === 1);

    directory.write('lib/b.o', 'other');
    directory.write('m.yaml', manifest('first', 'lib/b.o'));
    await until(() => count('unchanged') === 2);
    directory.replace('a.o', 'nobody cares');
    directory.write('lib/b.o', 'changed');
    await until(() => count('unchanged') === 3);

    expect(filesOf(log, 'no longer watching')).toEqual([directory.file('a.o')]);
    expect(filesOf(log, 'changed')).toEqual([directory.file('m.yaml'), directory.file('lib/b.o')]);
  });

  test('are those of a manifest whose objects are missing', async () => {
    const { count, until } = start({ failures: [undefined, new InvalidError('no object')] });
    await until(() => count('unchanged') === 1);
    directory.write('m.yaml', manifest('first', 'later/b.o'));
    await until(() => count('waiting for a change') === 1);

    directory.write('later/b.o', 'here');

    await until(() => count('unchanged') === 2);
  });

  test('stay when the manifest cannot be understood', async () => {
    const { count, until } = start({ failures: [undefined, new InvalidError('no manifest')] });
    await until(() => count('unchanged') === 1);
    directory.write('m.yaml', 'objects: [');
    await until(() => count('waiting for a change') === 1);

    directory.write('a.o', 'new');

    await until(() => count('unchanged') === 2);
  });
});

describe('an edit that is wrong', () => {
  test.each([
    ['from the start', [new InvalidError('bad')]],
    ['later', [undefined, new InvalidError('bad')]],
    ['with what this kernel cannot', [undefined, new UnsupportedError('cannot')]],
    ['and shows a bug', [undefined, new TypeError('a bug')]],
  ])('%s: is told, and its correction converges', async (_, failures) => {
    const { reported, last, runs, count, until } = start({ failures });
    if (failures.length > 1) {
      await until(() => count('unchanged') === 1);
      directory.write('m.yaml', manifest('wrong', 'a.o'));
    }
    await until(() => count('waiting for a change') === 1);
    const before = count('unchanged');

    directory.replace('m.yaml', manifest('right', 'a.o'));

    await until(() => count('unchanged') > before);
    expect(reported).toContain(failures.at(-1)?.message);
    expect(runs.at(-1)?.text).toContain('right');
    expect(last).toEqual([]);
  });

  test('and is rolled back', async () => {
    const { reported, runs, count, until } = start({ automatic: false });
    await until(() => runs.length === 1);
    const rejected = new InvalidError('the verifier says no');

    runs[0]?.end(rejected);

    await until(() => count('waiting for a change') === 1);
    expect(reported).toEqual([rejected.message]);
  });
});

describe('what no edit can cure', () => {
  test.each([
    ['a kernel without BTF', new UnsupportedError('no BTF'), ExitStatus.unsupported],
    ['no privilege', new PrivilegeError('not root'), ExitStatus.noPrivilege],
    ['a bug', new TypeError('a bug'), ExitStatus.bug],
  ])('%s ends it, if it is so from the start', async (_, failure, status) => {
    const { watch: watching, reported, last } = start({ failures: [failure] });

    await expect(watching.end()).resolves.toBe(status);

    expect(reported).toEqual([failure.message]);
    expect(last).toEqual([1]);
  });

  test('even when an edit was wrong before', async () => {
    const failures = [new InvalidError('bad'), new PrivilegeError('not root')];
    const { watch: watching, count, until } = start({ failures });
    await until(() => count('waiting for a change') === 1);

    directory.write('m.yaml', manifest('right', 'a.o'));

    await expect(watching.end()).resolves.toBe(ExitStatus.noPrivilege);
  });
});

test('changes during a convergence wait for its end, and the last one wins', async () => {
  const { watch: watching, runs, until, mostAtOnce } = start({ automatic: false });
  await until(() => runs.length === 1);

  directory.write('m.yaml', manifest('second', 'a.o'));
  watching.converge();
  directory.replace('m.yaml', manifest('third', 'a.o'));
  runs[0]?.end();
  await until(() => runs.length === 2);
  runs[1]?.end();

  expect(runs[0]?.text).toContain('first');
  expect(runs[1]?.text).toContain('third');
  expect(mostAtOnce()).toBe(1);
});

describe('stopping', () => {
  test('ends with 0 when nothing is in flight', async () => {
    const { watch: watching, count, until } = start();
    await until(() => count('unchanged') === 1);

    watching.stop('SIGTERM');

    await expect(watching.end()).resolves.toBe(ExitStatus.done);
  });

  test('waits for the convergence in flight, which is told, and begins no other', async () => {
    const { watch: watching, runs, reported, until, count } = start({ automatic: false });
    await until(() => runs.length === 1);
    watching.converge();

    watching.stop('SIGTERM');
    watching.stop('SIGINT');
    watching.converge();
    const signal = runs[0]?.signal;
    runs[0]?.end(signal?.reason as Error); // what `stop` gives as its reason

    await expect(watching.end()).resolves.toBe(ExitStatus.done);
    expect(reported).toEqual(['stopped by SIGTERM']);
    expect(runs).toHaveLength(1);
    expect(count('waiting for a change')).toBe(0);
  });

  test('while it waits for a lock', async () => {
    const { watch: watching, runs, count, until } = start({ failures: [new LockedError('held')] });
    await until(() => count('trying again') === 1);

    watching.stop('SIGTERM');

    await expect(watching.end()).resolves.toBe(ExitStatus.done);
    expect(runs).toHaveLength(1);
  });

  test('at once, before anything began', async () => {
    const { watch: watching, runs } = start();

    watching.stop('SIGTERM');

    await expect(watching.end()).resolves.toBe(ExitStatus.done);
    expect(runs).toHaveLength(0);
  });
});
