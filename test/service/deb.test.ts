import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../e2e/support/fentryctl.ts';
import { root, tracingLinks } from '../e2e/support/kernel.ts';
import {
  applyUnit,
  cleanUp,
  manifest,
  property,
  removeUnits,
  systemctl,
  watchUnit,
} from './support/service.ts';

const built = join(import.meta.dirname, '../../packaging/build');
const unitFiles = [watchUnit, applyUnit].map((name) => `/usr/lib/systemd/system/${name}`);

beforeAll(() => {
  removeUnits();
  expect(dpkg('--install', standInForNode()).stderr).toBe('');
});
afterAll(() => {
  dpkg('--purge', 'fentryctl');
  cleanUp();
});

/** The command of the package, by its name alone. */
function fentryctl(...args: readonly string[]) {
  return run('fentryctl', args);
}

function dpkg(...args: readonly string[]) {
  return run('dpkg', args);
}

/** `npm run build:deb` made it before the machine was booted. */
function theDeb(): string {
  const name = existsSync(built)
    ? readdirSync(built).find((one) => one.endsWith('.deb'))
    : undefined;
  if (name === undefined) throw new Error('no package to install: npm run build:deb');
  return join(built, name);
}

/** A package that says it is a Node, and leads to the one that runs this test: the release's own may be too old. */
function standInForNode(): string {
  const directory = mkdtempSync(join(tmpdir(), 'node-'));
  const tree = join(directory, 'tree');
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    `Package: fentryctl-test-node
Version: 1
Architecture: all
Maintainer: test
Provides: nodejs (= ${process.versions.node})
Description: stands for nodejs in the tests of fentryctl
`,
  );
  if (process.execPath !== '/usr/bin/node') {
    mkdirSync(join(tree, 'usr/bin'), { recursive: true });
    symlinkSync(process.execPath, join(tree, 'usr/bin/node'));
  }
  run('dpkg-deb', ['--build', '-Znone', tree, join(directory, 'node.deb')]);
  return join(directory, 'node.deb');
}

test('it is installed, and nothing is enabled or started', () => {
  const { status, stderr } = dpkg('--install', theDeb());

  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(property('LoadState')).toBe('loaded');
  expect(property('UnitFileState')).toBe('disabled');
  expect(property('UnitFileState', applyUnit)).toBe('disabled');
  expect(property('ActiveState')).toBe('inactive');
  expect(run('systemd-analyze', ['verify', ...unitFiles])).toMatchObject({ status: 0, stderr: '' });
});

test('its command finds all that it needs, and attaches', () => {
  manifest.object('counter');
  manifest.programs('count_first: vfs_link');

  const doctor = fentryctl('doctor');
  const applied = fentryctl('apply', manifest.file);

  expect(doctor).toMatchObject({ status: 0, stderr: '' });
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toHaveLength(1);
});

test('"install" leaves the units to the package', () => {
  const { status, stdout, stderr } = fentryctl('install');

  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toBe(
    `${unitFiles.map((file) => `there, from a package: ${file}\n`).join('')}next: "systemctl enable --now fentryctl.service" follows /etc/fentryctl/manifest.yaml, from now on and after each boot\n`,
  );
});

test('its watch takes over what is attached', () => {
  const before = tracingLinks();

  const { status, stderr } = systemctl('enable', '--now', watchUnit);

  expect(stderr).toContain('Created symlink');
  expect(status).toBe(0);
  expect(property('StatusText')).toMatch(
    /^service: as its manifest says \(load=0 .*unchanged=1\)$/,
  );
  expect(tracingLinks()).toEqual(before);
});

test('an upgrade restarts the watch, whose workers are the new ones, and detaches nothing', () => {
  const [before, links] = [property('MainPID'), tracingLinks()];

  const { status } = dpkg('--install', theDeb());

  expect(status).toBe(0);
  expect(property('ActiveState')).toBe('active');
  expect(property('MainPID')).not.toBe(before);
  expect(tracingLinks()).toEqual(links);
});

test('removed and purged, it leaves programs attached, and manifests where they are', () => {
  const before = tracingLinks();
  const code = '/var/cache/fentryctl';
  expect(codeIn(code)).toEqual(expect.arrayContaining(['apply', 'units']));
  expect(codeIn(join(code, 'units'))).toContain('watch-worker');

  const removed = dpkg('--remove', 'fentryctl');
  const purged = dpkg('--purge', 'fentryctl');

  expect(removed.status).toBe(0);
  expect(purged.status).toBe(0);
  expect(property('LoadState')).toBe('not-found');
  expect(existsSync(`/etc/systemd/system/multi-user.target.wants/${watchUnit}`)).toBe(false);
  expect(before).toHaveLength(1);
  expect(tracingLinks()).toEqual(before);
  expect(existsSync(join(root, 'service'))).toBe(true);
  expect(existsSync(manifest.file)).toBe(true);
  expect(existsSync(code)).toBe(false);
});

/** Whose code is kept there. */
function codeIn(folder: string): readonly string[] {
  return readdirSync(folder).map((file) => file.replace(/-[\da-f]{8}-v.*/, ''));
}
