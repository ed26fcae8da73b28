import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { UnitFacts } from '../../../src/service/units.ts';
import { serviceType, unitsFor } from '../../../src/service/units.ts';

const facts: UnitFacts = {
  command: [process.execPath, '/opt/fentryctl/main.cjs'],
  manifest: '/etc/fentryctl/manifest.yaml',
  isFolder: false,
  systemd: 252,
};

function linesOf(name: string, changed: Partial<UnitFacts> = {}): readonly string[] {
  const unit = unitsFor({ ...facts, ...changed }).find((one) => one.name === name);
  return unit?.text.split('\n') ?? [];
}

test.each(['fentryctl.service', 'fentryctl-apply.service'])(
  '%s, which sees all files read-only, may keep compiled code',
  (name) => {
    expect(linesOf(name)).toEqual(
      expect.arrayContaining([
        'ProtectSystem=strict',
        'CacheDirectory=fentryctl/units',
        'CacheDirectoryMode=0700',
      ]),
    );
  },
);

describe('the watch', () => {
  test('runs this program, and no restart is tried for what none cures', () => {
    expect(linesOf('fentryctl.service')).toEqual(
      expect.arrayContaining([
        `ExecStart=${process.execPath} /opt/fentryctl/main.cjs watch /etc/fentryctl/manifest.yaml`,
        'RequiresMountsFor=/sys/fs/bpf /etc/fentryctl',
        'RestartPreventExitStatus=64 69 77',
        'OOMPolicy=continue',
      ]),
    );
  });

  test.each([
    [252, 'Type=notify', ['ExecReload=kill -HUP $MAINPID']],
    [253, 'Type=notify-reload', []],
    [undefined, 'Type=notify', ['ExecReload=kill -HUP $MAINPID']],
  ])('under systemd %s is %s', (systemd, type, reloads) => {
    const lines = linesOf('fentryctl.service', { systemd });

    expect(lines).toContain(type);
    expect(lines.filter((line) => line.startsWith('ExecReload='))).toEqual(reloads);
    expect(`Type=${serviceType(systemd)}`).toBe(type);
  });
});

test('a folder of manifests is waited for itself, for it may be a mount', () => {
  const lines = linesOf('fentryctl.service', { manifest: '/etc/fentryctl.d', isFolder: true });

  expect(lines).toContain('RequiresMountsFor=/sys/fs/bpf /etc/fentryctl.d');
});

test('the run at boot is over before ordinary services start, and stays what it is', () => {
  expect(linesOf('fentryctl-apply.service')).toEqual(
    expect.arrayContaining([
      `ExecStart=${process.execPath} /opt/fentryctl/main.cjs apply /etc/fentryctl/manifest.yaml`,
      'Type=oneshot',
      'RemainAfterExit=yes',
      'DefaultDependencies=no',
      'Before=sysinit.target shutdown.target fentryctl.service',
      'RequiresMountsFor=/sys/fs/bpf /etc/fentryctl',
    ]),
  );
});

test.each(['fentryctl.service', 'fentryctl-apply.service'])(
  '%s has no setting that hides or closes bpffs, or stops V8 or libbpf',
  (name) => {
    const settings = linesOf(name).map((line) => line.split('=')[0]);

    for (const wrong of [
      'ProtectKernelTunables',
      'PrivateBPF',
      'MemoryDenyWriteExecute',
      'ProcSubset',
      'PrivateUsers',
    ])
      expect(settings).not.toContain(wrong);
  },
);

const directory = mkdtempSync(path.join(tmpdir(), 'fentryctl-units-'));
afterAll(() => rmSync(directory, { recursive: true }));
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!hasAnalyze)('systemd itself (needs systemd-analyze)', () => {
  const awkward = '/etc/a "b" 100%/$m.yaml';
  test.each([facts.manifest, awkward])('finds nothing wrong in the units of %s', (manifest) => {
    const files = write(manifest);

    const { status, stderr } = analyze('verify', ...files);

    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test.each(['fentryctl.service', 'fentryctl-apply.service'])(
    'has an exposure of 3.0 or lower for %s',
    (name) => {
      const file = write(facts.manifest).find((one) => path.basename(one) === name) ?? '';

      const { stdout } = analyze('security', '--offline=yes', '--no-pager', file);

      const [, level] = /exposure level for \S+: (\d+\.\d)/.exec(stdout) ?? [];
      expect(Number(level)).toBeLessThanOrEqual(3);
    },
  );
});

function write(manifest: string): readonly string[] {
  return unitsFor({ ...facts, manifest }).map(({ name, text }) => {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    return file;
  });
}

function analyze(...args: readonly string[]) {
  return spawnSync('systemd-analyze', args, { encoding: 'utf8' });
}
