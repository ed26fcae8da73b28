import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../e2e/support/fentryctl.ts';
import { tracingLinks } from '../e2e/support/kernel.ts';
import {
  applyUnit,
  fentryctl,
  fentryctlAsNobody,
  manifest,
  property,
  putInPlace,
  cleanUp,
  removeUnits,
  systemctl,
  systemdVersion,
  units,
  watchUnit,
} from './support/service.ts';

const type = systemdVersion() < 253 ? 'notify' : 'notify-reload';
const files = [join(units, watchUnit), join(units, applyUnit)];

beforeEach(() => {
  putInPlace();
  manifest.object('counter');
  manifest.programs('count_first: vfs_link');
});
afterEach(() => {
  cleanUp();
  removeUnits();
});

describe('install', () => {
  test('puts units in place that systemd finds nothing wrong in, and starts none', () => {
    const { status, stdout } = fentryctl('install');

    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      ...files.map((file) => `wrote ${file}`),
      'systemd has read its units again',
    ]);
    expect(run('systemd-analyze', ['verify', ...files])).toMatchObject({ status: 0, stderr: '' });
    expect(property('LoadState')).toBe('loaded');
    expect(property('NeedDaemonReload')).toBe('no');
    expect(property('ActiveState')).toBe('inactive');
    expect(property('UnitFileState')).toBe('disabled');
    expect(property('Type')).toBe(type);
  });

  test('again changes nothing', () => {
    fentryctl('install');

    const { status, stdout } = fentryctl('install', '--json');

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dry_run: false,
      manifest: '/etc/fentryctl/manifest.yaml',
      type,
      units: files.map((path) => ({ path, action: 'none' })),
      daemon_reload: false,
    });
  });

  test('writes over nothing that somebody edited, unless forced', () => {
    fentryctl('install');
    appendFileSync(files[0] ?? '', '# mine\n');

    const refused = fentryctl('install', '/etc/other.yaml');
    const kept = readFileSync(files[0] ?? '', 'utf8');
    const forced = fentryctl('install', '--force');

    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('hint: keep changes in drop-ins');
    expect(kept).toMatch(/# mine\n$/);
    expect(readFileSync(files[1] ?? '', 'utf8')).not.toContain('/etc/other.yaml');
    expect(forced.status).toBe(0);
    expect(readFileSync(files[0] ?? '', 'utf8')).not.toContain('# mine');
  });

  test('dry, it changes nothing', () => {
    expect(fentryctl('install', '--dry-run').stdout).toContain('\nExecStart=');
    expect(files.filter((file) => existsSync(file))).toEqual([]);
  });

  test('refuses a manifest that the units would not see', () => {
    writeFileSync('/tmp/m.yaml', '');

    const { status, stderr } = fentryctl('install', '/tmp/m.yaml');

    expect(status).toBe(3);
    expect(stderr).toContain('the units could not see "/tmp/m.yaml"');
  });

  test('takes privileges', () => {
    const { status, stderr } = fentryctlAsNobody('install');

    expect(status).toBe(77);
    expect(stderr).toContain('hint: run it as root');
    expect(files.filter((file) => existsSync(file))).toEqual([]);
  });
});

describe('uninstall', () => {
  test('stops, disables and removes what was installed, and leaves programs attached', () => {
    fentryctl('install');
    systemctl('enable', '--now', watchUnit);
    const before = tracingLinks();

    const { status, stdout } = fentryctl('uninstall');

    expect(status).toBe(0);
    expect(stdout).toContain(`stopped and disabled ${watchUnit}\n`);
    expect(stdout).not.toContain(`disabled ${applyUnit}`); // it never was enabled
    expect(stdout).toContain(`removed ${files[0]}\n`);
    expect(stdout).toContain('what is attached stays attached');
    expect(files.filter((file) => existsSync(file))).toEqual([]);
    expect(existsSync(join(units, 'multi-user.target.wants', watchUnit))).toBe(false);
    expect(property('LoadState')).toBe('not-found');
    expect(before).toHaveLength(1);
    expect(tracingLinks()).toEqual(before);
    expect(existsSync(manifest.file)).toBe(true);
  });

  test('without units there is nothing to do', () => {
    const { status, stdout } = fentryctl('uninstall', '--json');

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      stopped: [],
      disabled: [],
      units: files.map((path) => ({ path, action: 'none' })),
    });
  });

  test('takes privileges', () => {
    fentryctl('install');

    const { status } = fentryctlAsNobody('uninstall');

    expect(status).toBe(77);
    expect(files.every((file) => existsSync(file))).toBe(true);
  });
});

describe('the run at boot', () => {
  test('attaches, and is asked again by a reload', () => {
    fentryctl('install');

    const started = systemctl('start', applyUnit);
    const first = tracingLinks();
    manifest.programs('count_first: vfs_link', 'count_return: vfs_link');
    const reloaded = systemctl('reload', applyUnit);

    expect(started).toMatchObject({ status: 0, stderr: '' });
    expect(first).toHaveLength(1);
    expect(reloaded.status).toBe(0);
    expect(tracingLinks()).toHaveLength(2);
    expect(property('ActiveState', applyUnit)).toBe('active');
  });

  test('fails with a manifest that is wrong', () => {
    fentryctl('install');
    manifest.write('version: 1\nobjects: {}\n');

    const { status } = systemctl('start', applyUnit);

    expect(status).not.toBe(0);
    expect(property('ExecMainStatus', applyUnit)).toBe('65');
  });
});
