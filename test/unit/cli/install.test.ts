import path from 'node:path';
import { expect, test } from 'vitest';
import { ExitStatus, UsageError } from '../../../src/base/errors.ts';
import { install } from '../../../src/cli/install.ts';
import { parseCommandLine } from '../../../src/cli/options.ts';
import { renderInstalled, renderUninstalled } from '../../../src/cli/output/service.ts';
import { contextOf } from './context.ts';

interface Facts {
  readonly dry_run: boolean;
  readonly manifest: string;
  readonly units: readonly {
    readonly path: string;
    readonly action: string;
    readonly text: string;
  }[];
}

test('a dry run shows the units of this very program, and needs no privilege', () => {
  const { context, printed } = contextOf('install', 'm.yaml', '--dry-run', '--json', '--force');

  expect(install(context)).toBe(ExitStatus.done);

  const facts = JSON.parse(printed().out) as Facts; // as toJson prints it
  const manifest = path.resolve('m.yaml');
  expect(facts).toMatchObject({ dry_run: true, manifest });
  expect(facts.units.map((unit) => unit.path)).toEqual([
    '/etc/systemd/system/fentryctl.service',
    '/etc/systemd/system/fentryctl-apply.service',
  ]);
  expect(facts.units[0]?.text).toMatch(/^ExecStart=.*main\.cjs watch .*m\.yaml$/m);
});

test('its text is what systemctl cat would show', () => {
  const { context, printed } = contextOf('install', '--dry-run', '--force');

  install(context);

  expect(printed().out).toMatch(
    /^# \/etc\/systemd\/system\/fentryctl\.service\n# Written by [^\n]*\n\[Unit\]\n/,
  );
  expect(printed().out).toContain(' apply /etc/fentryctl/manifest.yaml\n');
});

test.each([
  ['uninstall', 'fentryctl.service'],
  ['install', 'a.yaml', 'b.yaml'],
  ['install', '--yes'],
  ['plan', '--dry-run', 'm.yaml'],
])('bad use: %s %s', (...line) => {
  expect(() => parseCommandLine(line)).toThrow(UsageError);
});

const unit = { path: '/etc/systemd/system/fentryctl.service', text: 'text\n' };

test('what was done is told', () => {
  const facts = { dry_run: false, manifest: '/etc/m.yaml', packaged: [], daemon_reload: true };

  expect(renderInstalled({ ...facts, units: [{ ...unit, action: 'write' }] })).toBe(
    `wrote ${unit.path}
systemd has read its units again
next: "systemctl enable --now fentryctl.service" follows /etc/m.yaml, from now on and after each boot
`,
  );
});

test('what a package brought is left to it, and told', () => {
  const facts = { dry_run: false, manifest: '/etc/m.yaml', daemon_reload: false, units: [] };

  expect(renderInstalled({ ...facts, packaged: ['/usr/lib/systemd/system/a'] })).toBe(
    `there, from a package: /usr/lib/systemd/system/a
next: "systemctl enable --now fentryctl.service" follows /etc/m.yaml, from now on and after each boot
`,
  );
});

test.each([
  [false, 'stopped and disabled', 'removed', 'systemd has read'],
  [true, 'would stop and disable', 'would remove', 'systemd would read'],
])('what is taken away is told (dry run: %s)', (isDry, stopped, removed, read) => {
  const name = 'fentryctl.service';
  const change = { path: unit.path, action: 'remove', text: undefined } as const;

  const text = renderUninstalled({
    dry_run: isDry,
    stopped: [name, 'b.service'],
    disabled: [name, 'c.service'],
    units: [change, { ...change, path: '/x', action: 'none' }],
    packaged: ['/usr/lib/y'],
    daemon_reload: true,
  });

  expect(text).toBe(`${stopped} ${name}
${isDry ? 'would stop' : 'stopped'} b.service
${isDry ? 'would disable' : 'disabled'} c.service
${removed} ${unit.path}
not there: /x
${read} its units again
left to its package: /usr/lib/y
what is attached stays attached: "fentryctl destroy NAME" detaches it
`);
});
