import fs, { chmodSync, linkSync, renameSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FileWatch } from '../../../src/daemon/watch-files.ts';
import { Directory } from './directory.ts';

let directory: Directory;
let watch: FileWatch;
let changes: string[];
let wake: () => void;

beforeEach(() => {
  directory = new Directory();
  changes = [];
  wake = () => {};
  watch = new FileWatch({
    onChange: (file) => {
      changes.push(file);
      wake();
    },
    onProblem: (_, error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await watch.close();
  directory.remove();
});

/** Waits as long as a test may. */
async function noticed(file: string): Promise<void> {
  while (!changes.includes(file)) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

describe('a file that is there', () => {
  test.each<[what: string, change: (name: string) => void]>([
    ['written in place', (name) => directory.write(name, 'new')],
    ['replaced by rename', (name) => directory.replace(name, 'new')],
    ['removed', (name) => directory.remove(name)],
    ['made readable', (name) => chmodSync(directory.file(name), 0o640)],
    ['moved away', (name) => renameSync(directory.file(name), directory.file('old'))],
    ['touched', (name) => utimesSync(directory.file(name), 1, 1)],
  ])('%s', async (_, change) => {
    const file = directory.write('m.yaml', 'old');
    await watch.follow([file]);

    change('m.yaml');

    await expect(noticed(file)).resolves.toBeUndefined();
  });

  test('replaced by one with the same size and times', async () => {
    const file = directory.write('a.o', 'old');
    const { atime, mtime } = statSync(file);
    const other = directory.write('tmp', 'new');
    utimesSync(other, atime, mtime);
    await watch.follow([file]);

    renameSync(other, file);

    await expect(noticed(file)).resolves.toBeUndefined();
  });

  test('written through another of its names', async () => {
    const file = directory.write('here/a.o', 'old');
    directory.write('there/x', '');
    linkSync(file, directory.file('there/a.o'));
    await watch.follow([file]);

    directory.write('there/a.o', 'new');

    await expect(noticed(file)).resolves.toBeUndefined();
  });

  test('removed, and made again', async () => {
    const file = directory.write('a.o', 'old');
    await watch.follow([file]);
    directory.remove('a.o');
    await noticed(file);
    await watch.follow([file]);
    changes = [];

    directory.write('a.o', 'new');

    await expect(noticed(file)).resolves.toBeUndefined();
  });

  test('again and again', async () => {
    const file = directory.write('a.o', 'old');
    await watch.follow([file]);

    for (let round = 0; round < 20; round += 1) {
      changes = [];
      if (round % 2 === 0) directory.replace('a.o', `${round}`);
      else directory.write('a.o', `${round}`);
      await noticed(file);
    }

    expect(changes).toContain(file);
  });
});

describe('a file that is not there', () => {
  test('appears', async () => {
    const file = directory.file('a.o');
    await watch.follow([file]);

    directory.write('a.o', 'new');

    await expect(noticed(file)).resolves.toBeUndefined();
  });

  test('appears with its directories', async () => {
    const file = directory.file('build/x86/a.o');
    await watch.follow([file]);

    directory.write('build/x86/a.o', 'new');

    await expect(noticed(file)).resolves.toBeUndefined();
  });

  test('appears in a directory that was made while another was looked at', async () => {
    const file = directory.file('build/x86/a.o');
    await watch.follow([file]);
    directory.write('build/x', '');
    await noticed(file);
    await watch.follow([file]);
    changes = [];

    directory.write('build/x86/a.o', 'new');

    await expect(noticed(file)).resolves.toBeUndefined();
  });
});

describe('the directory', () => {
  test('is removed and made again under the same name', async () => {
    const file = directory.write('build/a.o', 'old');
    await watch.follow([file]);
    directory.remove('build');
    directory.write('build/a.o', 'new');
    await noticed(file);
    await watch.follow([file]);

    // News of the removal may still come; but not as often as this.
    for (let round = 0; round < 20; round += 1) {
      changes = [];
      directory.write('build/a.o', `${round}`);
      await noticed(file);
      await watch.follow([file]);
    }

    expect(changes).toContain(file);
  });

  test('is moved away', async () => {
    const file = directory.write('build/a.o', 'old');
    await watch.follow([file]);

    renameSync(directory.file('build'), directory.file('old'));

    await expect(noticed(file)).resolves.toBeUndefined();
  });

  test('is a symlink that is exchanged, as Kubernetes and release tools do', async () => {
    directory.write('v1/m.yaml', 'old');
    directory.write('v2/m.yaml', 'new');
    symlinkSync('v1', directory.file('current'));
    const file = directory.file('current/m.yaml');
    await watch.follow([file]);

    symlinkSync('v2', directory.file('next'));
    renameSync(directory.file('next'), directory.file('current'));

    await expect(noticed(file)).resolves.toBeUndefined();
  });
});

test('other files in the same directory are ignored', async () => {
  const file = directory.write('m.yaml', 'old');
  await watch.follow([file]);

  directory.write('other.yaml', 'new');
  directory.replace('m.yaml.bak', 'new');
  directory.write('sub/m.yaml', 'new');
  const sentinel = directory.write('sentinel', 'old');
  await watch.follow([file, sentinel]);
  directory.write('sentinel', 'new');
  await noticed(sentinel);

  expect(new Set(changes)).toEqual(new Set([sentinel]));
});

test('a file that is followed no longer is ignored, a new one is not', async () => {
  const [old, next] = [directory.write('a/old', ''), directory.write('b/next', '')];
  await watch.follow([old]);
  await watch.follow([next]);

  directory.write('a/old', '1');
  directory.write('b/next', '1');
  await noticed(next);

  expect(new Set(changes)).toEqual(new Set([next]));
});

test('a directory that cannot be watched is told, and tried again', async () => {
  vi.spyOn(fs, 'watch').mockImplementationOnce(() => {
    throw Object.assign(new Error('ENOSPC: no inotify watches are left'), { code: 'ENOSPC' });
  });
  syncBuiltinESMExports();
  const problems: string[] = [];
  const file = directory.write('m.yaml', 'old');
  await watch.close();
  watch = new FileWatch({
    onChange: (changed) => {
      changes.push(changed);
      wake();
    },
    onProblem: (_, { message }) => problems.push(message),
  });
  await watch.follow([file]);
  await watch.follow([file]);

  directory.write('m.yaml', 'new');

  await expect(noticed(file)).resolves.toBeUndefined();
  expect(problems).toEqual(['ENOSPC: no inotify watches are left']);
});

test('nothing is told after it was closed', async () => {
  const file = directory.write('a', '');
  await watch.follow([file]);

  await watch.close();
  directory.write('a', '1');
  const other = new Promise<void>((resolve) => {
    wake = resolve;
  });
  watch = new FileWatch({ onChange: () => wake(), onProblem: () => {} });
  await watch.follow([file]);
  directory.write('a', '2');
  await other;

  expect(changes).toEqual([]);
});
