import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Ended } from './support/fentryctl.ts';
import { main, run } from './support/fentryctl.ts';
import { bpftool, tracingLinks } from './support/kernel.ts';
import type { Workspace } from './support/workspace.ts';
import { objectFile, workspace } from './support/workspace.ts';

// A user who is not root, with the two capabilities and a directory of bpffs.

const user = 1000;
const bpffs = '/sys/fs/bpf';
const own = `${bpffs}/of-a-user`;

// Who mounts it for root alone, as systemd does, has to let others pass.
beforeAll(() => chmodSync(bpffs, 0o711));
afterAll(() => chmodSync(bpffs, 0o700));
afterEach(() => rmSync(own, { recursive: true, force: true }));

function asUser(...args: readonly string[]): Ended {
  const capabilities = '+bpf,+perfmon';
  const as = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
  const may = [`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`];
  const command = [process.execPath, main, ...args, '--root', `${own}/pins`];
  return run('setpriv', [...as, ...may, ...command]);
}

/** Of root's, which anyone may read. */
function readable(name: string): Workspace {
  const work = workspace(name);
  chmodSync(work.directory, 0o755);
  mkdirSync(own, { mode: 0o700 });
  chownSync(own, user, user);
  return work;
}

test('applies, replaces, pauses, finds nothing more to do, and destroys', () => {
  using work = readable('least');
  const steps = [
    ['counter', 'count_first: vfs_link'],
    ['counter-v2', 'count_first: vfs_link'],
    ['counter-v2', 'count_first: { target: vfs_link, replace: overlap }'],
    ['counter', 'count_first: { target: vfs_link, state: paused }'],
  ] as const;

  const applied = steps.map(([object, program]) => {
    work.object(object);
    work.programs(program);
    return asUser('apply', '--force', work.manifest);
  });
  const links = tracingLinks().length;
  const planned = asUser('plan', '--detailed-exitcode', work.manifest);
  const status = asUser('status', work.manifest);
  const destroyed = asUser('destroy', '--force', '--yes', 'least');

  expect(applied.map(({ status: exit, stderr }) => ({ exit, stderr }))).toEqual(
    steps.map(() => ({ exit: 0, stderr: '' })),
  );
  expect(links).toBe(1);
  expect(planned).toMatchObject({ status: 0, stderr: '' });
  expect(status).toMatchObject({ status: 0, stderr: '' });
  expect(status.stdout).toMatch(/it\/count_first +vfs_link +paused/);
  expect(destroyed).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toEqual([]);
});

test('a program whose pin somebody removed is replaced, though it cannot be held', () => {
  using work = readable('lost');
  const steps = [
    ['counter', 'count_first: vfs_link'],
    ['counter', 'count_first: vfs_link'], // by exchange
    ['counter', 'count_first: { target: vfs_link, replace: gap }'], // its slot is emptied
    ['counter-v2', 'count_first: { target: vfs_link, replace: gap }'], // its link is detached
  ] as const;

  const applied = steps.map(([object, program]) => {
    work.object(object);
    work.programs(program);
    const { status, stderr } = asUser('apply', '--force', work.manifest);
    const planned = asUser('plan', '--detailed-exitcode', work.manifest);
    run('find', [own, '-name', 'program', '-delete']);
    return { status, stderr, planned: planned.status };
  });

  expect(applied).toEqual(steps.map(() => ({ status: 0, stderr: '', planned: 0 })));
  expect(tracingLinks()).toHaveLength(1);
});

test('what takes more says which capability', () => {
  using work = readable('more');
  work.object('counter');
  run('bpftool', ['prog', 'load', objectFile('xdp'), `${own}/xdp`, 'type', 'xdp']);
  const { id } = bpftool<{ readonly id: number }>('prog', 'show', 'pinned', `${own}/xdp`);
  work.programs(`count_first: { target: { program: ${id}, function: parse_length } }`);

  const byId = asUser('apply', work.manifest);
  const listed = asUser('targets', 'vfs_link');
  work.programs('count_first: { targets: ["vfs_lin*"] }');
  const planned = asUser('plan', work.manifest);

  expect(byId).toMatchObject({ status: 77, stdout: '' });
  expect(byId.stderr).toContain('CAP_SYS_ADMIN');
  expect(listed.status).toBe(0);
  expect(listed.stderr).toContain('links cannot be counted: that takes CAP_SYS_ADMIN');
  expect(planned).toMatchObject({ status: 0, stderr: '' });
  expect(planned.stdout).toMatch(/^note: tracefs cannot be read: .*$/m);
});
