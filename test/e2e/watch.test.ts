import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { collect, run, startFentryctl } from './support/fentryctl.ts';
import { clean, pins, tracingLinks, until } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

test('watch follows edits, keeps the last good state, and leaves programs attached when it is stopped', async () => {
  using work = workspace('follow');
  work.object('counter');
  work.programs('count_first: vfs_link');

  const watcher = startFentryctl('watch', work.manifest);
  const log = collect(watcher);
  await until('the first convergence', () => tracingLinks().length === 1);
  const [first] = tracingLinks();

  // an editor that renames over, twice in a burst: only the last counts
  work.programs('count_first: vfs_link', 'count_return: vfs_unlink');
  work.programs('count_first: vfs_link', 'count_return: vfs_link');
  await until('the second program', () => tracingLinks().length === 2);

  // an editor that writes in place, with a mistake
  writeFileSync(
    work.manifest,
    'version: 1\nobjects:\n  it:\n    file: it.bpf.o\n    programs: {}\n',
  );
  await until('the complaint', () => log().includes('follow.yaml:5:'));
  const afterMistake = tracingLinks();

  // a new version of the object
  work.programs('count_first: vfs_link', 'count_return: vfs_link');
  work.object('counter-v2');
  await until('the upgrade', () => log().includes('exchange=2'));

  watcher.kill('SIGTERM');
  const [status] = (await once(watcher, 'exit')) as readonly unknown[]; // ChildProcess 'exit': code, signal

  expect(afterMistake.map((link) => link.id)).toContain(first?.id);
  expect(afterMistake).toHaveLength(2);
  expect(pins().some((path) => path.includes('vfs_unlink'))).toBe(false);
  expect(status).toBe(0);
  expect(tracingLinks()).toEqual(afterMistake);
});

test('a process that crashes while it converges is told, and the watch goes on', async () => {
  using work = workspace('crash');
  work.object('counter');
  work.programs('count_first: vfs_link');
  const watcher = startFentryctl('watch', work.manifest);
  const log = collect(watcher);
  await until('the first convergence', () => log().includes('converged'));

  work.programs('count_first: vfs_link', 'count_return: vfs_link');
  await until(
    'a process to crash',
    () => run('pkill', ['-SEGV', '-P', String(watcher.pid)]).status === 0,
  );
  await until('the complaint', () => log().includes('ended by SIGSEGV'));
  watcher.kill('SIGHUP');
  await until('the second program', () => tracingLinks().length === 2);
  watcher.kill('SIGTERM');
  const [status] = (await once(watcher, 'exit')) as readonly unknown[]; // ChildProcess 'exit': code, signal

  expect(status).toBe(0);
});
