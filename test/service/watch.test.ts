import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '../e2e/support/fentryctl.ts';
import { pins, root, tracingLinks, until } from '../e2e/support/kernel.ts';
import {
  dropIn,
  fentryctl,
  folder,
  journal,
  manifest,
  property,
  putInPlace,
  cleanUp,
  removeUnits,
  systemctl,
  untilProperty,
  watchUnit,
} from './support/service.ts';

beforeAll(() => {
  putInPlace();
  fentryctl('install');
});
beforeEach(() => {
  manifest.object('counter');
  manifest.programs('count_first: vfs_link');
});
afterEach(cleanUp);
afterAll(removeUnits);

test('it is started when all is attached, follows edits, and keeps the last good state when one is wrong', async () => {
  const started = systemctl('start', watchUnit);
  const first = tracingLinks();
  const status = property('StatusText');
  manifest.programs('count_first: vfs_link', 'count_return: vfs_link');
  await untilProperty('StatusText', /attach=1 .*unchanged=1\)$/);
  const second = tracingLinks();
  manifest.write('version: 1\nobjects: {}\n');
  const complaint = await untilProperty('StatusText', /^failed/);

  expect(started).toMatchObject({ status: 0, stderr: '' });
  expect(first).toHaveLength(1);
  expect(status).toMatch(/^service: as its manifest says \(load=1 attach=1 /);
  expect(second).toHaveLength(2);
  expect(complaint).toMatch(
    /^failed \(exit status 65\): manifest ".*manifest.yaml" has \d problem/,
  );
  expect(property('ActiveState')).toBe('active');
  expect(tracingLinks()).toEqual(second);
  expect(journal()).toContainEqual(
    expect.objectContaining({
      PRIORITY: '3',
      MESSAGE: expect.stringMatching(/^failed {2}ms=\d+ error=".*" status=65$/) as unknown,
      FENTRYCTL_STATUS: '65',
      _SYSTEMD_UNIT: watchUnit,
      SYSLOG_IDENTIFIER: 'fentryctl',
    }),
  );
});

test('a wrong manifest is no reason not to start: its correction is waited for', async () => {
  manifest.write('version: 1\nobjects: {}\n');

  const started = systemctl('start', watchUnit);
  const status = property('StatusText');
  manifest.programs('count_first: vfs_link');
  await untilProperty('StatusText', /attach=1/);

  expect(started.status).toBe(0);
  expect(status).toMatch(/^failed \(exit status 65\)/);
  expect(tracingLinks()).toHaveLength(1);
});

test('a reload brings back what was removed by hand', async () => {
  systemctl('start', watchUnit);
  const link = pins().find((path) => path.endsWith('/link')) ?? '';
  run('rm', [`${root}/${link}`]);
  await until('the link is gone', () => tracingLinks().length === 0);

  const reloaded = systemctl('reload', watchUnit);
  await until('it is back', () => tracingLinks().length === 1);
  await untilProperty('ActiveState', /^active$/);

  expect(reloaded.status).toBe(0);
  expect(journal()).toContainEqual(
    expect.objectContaining({ PRIORITY: '6', FENTRYCTL_WHY: 'SIGHUP' }),
  );
});

test('a BPF file system that is mounted anew is seen by it, whose mounts are its own', async () => {
  systemctl('start', watchUnit);
  run('umount', ['--lazy', '/sys/fs/bpf']);
  run('mount', ['-t', 'bpf', '-o', 'mode=700', 'bpf', '/sys/fs/bpf']);
  await until('all is gone', () => tracingLinks().length === 0);

  systemctl('reload', watchUnit);
  await until('it is back', () => tracingLinks().length === 1);

  expect(pins().filter((path) => path.endsWith('/link'))).toHaveLength(1);
});

test('it is stopped, and all stays attached', () => {
  systemctl('start', watchUnit);
  const before = tracingLinks();

  const stopped = systemctl('stop', watchUnit);

  expect(stopped.status).toBe(0);
  expect(property('Result')).toBe('success');
  expect(property('ActiveState')).toBe('inactive');
  expect(before).toHaveLength(1);
  expect(tracingLinks()).toEqual(before);
});

test('it is killed, and comes back to the same programs', async () => {
  systemctl('start', watchUnit);
  const before = tracingLinks();

  run('kill', ['-KILL', property('MainPID')]);
  await untilProperty('NRestarts', /^1$/);
  await untilProperty('ActiveState', /^active$/);

  expect(property('StatusText')).toBe(
    'service: as its manifest says (load=0 attach=0 detach=0 unpin=0 unchanged=1)',
  );
  expect(tracingLinks()).toEqual(before);
});

test('a convergence that is killed is told, and the watch goes on', async () => {
  systemctl('start', watchUnit);
  const pid = property('MainPID');
  manifest.programs('count_first: vfs_link', 'count_return: vfs_link');

  await until('a process to kill', () => run('pkill', ['-KILL', '-P', pid]).status === 0);
  await untilProperty('StatusText', /ended by SIGKILL/);
  systemctl('reload', watchUnit);
  await until('the second program', () => tracingLinks().length === 2);

  expect(property('MainPID')).toBe(pid);
});

test('one that hangs is found by the watchdog', async () => {
  dropIn(watchUnit, '[Service]\nWatchdogSec=5\n');
  systemctl('start', watchUnit);
  const before = tracingLinks();

  run('kill', ['-STOP', property('MainPID')]);
  await untilProperty('NRestarts', /^1$/);
  await untilProperty('ActiveState', /^active$/);

  expect(journal().map((entry) => entry['MESSAGE'])).toContainEqual(
    expect.stringContaining('Watchdog timeout'),
  );
  expect(tracingLinks()).toEqual(before);
});

test('it has no capability but the two', () => {
  systemctl('start', watchUnit);

  const status = readFileSync(`/proc/${property('MainPID')}/status`, 'utf8');

  const [, effective] = /^CapEff:\s*(\w+)$/m.exec(status) ?? [];
  expect(Number(`0x${effective}`)).toBe(2 ** 38 + 2 ** 39); // CAP_PERFMON and CAP_BPF (linux/capability.h)
});

test('a folder of manifests: it is started while that is empty, and attaches what is put there', async () => {
  run('rm', [manifest.file]);
  fentryctl('install', folder);
  try {
    const started = systemctl('start', watchUnit);
    const empty = property('StatusText');
    manifest.programs('count_first: vfs_link');
    await untilProperty('StatusText', /^1 manifest: 1 attached$/);

    expect(started.status).toBe(0);
    expect(empty).toBe(`no manifest in ${folder}`);
    expect(tracingLinks()).toHaveLength(1);
  } finally {
    fentryctl('install');
  }
});

test('what no restart cures is not tried again', () => {
  dropIn(watchUnit, '[Service]\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_CHOWN\n');

  const started = systemctl('start', watchUnit);

  expect(started.status).not.toBe(0);
  expect(property('ExecMainStatus')).toBe('77');
  expect(property('NRestarts')).toBe('0');
  expect(property('ActiveState')).toBe('failed');
});
