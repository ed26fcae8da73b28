import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { tracingLinks } from '../e2e/support/kernel.ts';
import {
  cleanUp,
  fentryctl,
  manifest,
  property,
  putInPlace,
  removeUnits,
  systemctl,
  systemdVersion,
  watchUnit,
} from './support/service.ts';

beforeAll(() => {
  putInPlace();
  fentryctl('install');
});
afterEach(cleanUp);
afterAll(removeUnits);

/** `Type=notify-reload`: systemd sends SIGHUP, and waits for what the watch says of it (sd_notify(3), RELOADING=1). */
test.skipIf(systemdVersion() < 253)(
  'a reload ends when its convergence has, well or not (needs systemd 253)',
  () => {
    manifest.object('counter');
    manifest.programs('count_first: vfs_link');
    const started = systemctl('start', watchUnit);
    manifest.programs('count_first: vfs_link', 'count_return: vfs_link');
    const reloaded = systemctl('reload', watchUnit);
    const attached = tracingLinks();
    const good = property('StatusText');
    manifest.write('version: 1\nobjects: {}\n');
    const again = systemctl('reload', watchUnit);
    const bad = property('StatusText');

    expect(property('Type')).toBe('notify-reload');
    expect(started).toMatchObject({ status: 0, stderr: '' });
    expect(reloaded).toMatchObject({ status: 0, stderr: '' });
    expect(attached).toHaveLength(2);
    expect(good).toMatch(/attach=\d .*unchanged=[12]\)$/); // the edit may have been noticed before the signal
    expect(again.status).toBe(0);
    expect(bad).toMatch(/^failed \(exit status 65\)/);
    expect(property('ActiveState')).toBe('active');
    expect(property('Result')).toBe('success');
    expect(property('NRestarts')).toBe('0');
    expect(tracingLinks()).toEqual(attached);
  },
);
