import {
  cpSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../../e2e/support/fentryctl.ts';
import { run } from '../../e2e/support/fentryctl.ts';
import { clean, until } from '../../e2e/support/kernel.ts';
import { objectFile } from '../../e2e/support/workspace.ts';

const checkout = join(import.meta.dirname, '../../..');
const installed = '/opt/fentryctl';
const directory = '/etc/fentryctl';

/** The manifest's folder, which holds no other. */
export const folder = directory;

export const units = '/etc/systemd/system';
export const watchUnit = 'fentryctl.service';
export const applyUnit = 'fentryctl-apply.service';

/** The program where the units see it: below /tmp, where a checkout may be, they do not. */
export function putInPlace(): void {
  if (existsSync(installed)) return;
  const parts = ['package.json', 'dist/command', 'node_modules/koffi', 'node_modules/@koromix'];
  for (const part of parts) {
    cpSync(join(checkout, part), join(installed, part), {
      recursive: true,
      filter: (file) => !/\/koffi\/(?:doc|vendor)(?:\/|$)/.test(file),
    });
  }
}

/** Runs the command that was put in place. */
export function fentryctl(...args: readonly string[]): Ended {
  return run(process.execPath, [`${installed}/dist/command/main.cjs`, ...args]);
}

export function fentryctlAsNobody(...args: readonly string[]): Ended {
  const argv = [process.execPath, `${installed}/dist/command/main.cjs`, ...args];
  return run('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', ...argv]);
}

export function systemctl(...args: readonly string[]): Ended {
  return run('systemctl', args);
}

/** E.g. 252. */
export function systemdVersion(): number {
  const [, version] = /^systemd (\d+)/.exec(systemctl('--version').stdout) ?? [];
  return Number(version);
}

/** One property of a unit, as `systemctl show` prints it. */
export function property(name: string, unit = watchUnit): string {
  return systemctl('show', '--property', name, '--value', unit).stdout.trim();
}

export async function untilProperty(name: string, value: RegExp): Promise<string> {
  await until(`${name} is like ${value.source}, it is ${property(name)}`, () =>
    value.test(property(name)),
  );
  return property(name);
}

/** An entry of the journal, by the names of its fields. */
type JournalEntry = Readonly<Record<string, unknown>>;

/** What the journal has of the watch, of all tests so far. */
export function journal(): readonly JournalEntry[] {
  run('journalctl', ['--sync']);
  return run('journalctl', ['--output=json', '--unit', watchUnit])
    .stdout.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry); // as journalctl documents it
}

/** The manifest that the units follow, and its object file. */
export const manifest = {
  file: join(directory, 'manifest.yaml'),
  object(name: string): void {
    mkdirSync(directory, { recursive: true });
    copyFileSync(objectFile(name), join(directory, 'new'));
    renameSync(join(directory, 'new'), join(directory, 'it.bpf.o'));
  },
  programs(...programs: readonly string[]): void {
    const lines = programs.map((line) => `      ${line}\n`).join('');
    this.write(
      `version: 1\nname: service\nobjects:\n  it:\n    file: it.bpf.o\n    programs:\n${lines}`,
    );
  },
  write(text: string): void {
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${this.file}.new`, text);
    renameSync(`${this.file}.new`, this.file);
  },
};

/** Settings beside the unit's own, as `systemctl edit` makes them. */
export function dropIn(unit: string, text: string): void {
  mkdirSync(join(units, `${unit}.d`), { recursive: true });
  writeFileSync(join(units, `${unit}.d`, 'override.conf'), text);
  systemctl('daemon-reload');
}

/** Stops what a test started, and takes away what it left: settings, the manifest, and programs. */
export function cleanUp(): void {
  systemctl('disable', '--now', watchUnit, applyUnit);
  for (const unit of [watchUnit, applyUnit])
    rmSync(join(units, `${unit}.d`), { recursive: true, force: true });
  systemctl('daemon-reload');
  systemctl('reset-failed');
  rmSync(directory, { recursive: true, force: true });
  clean();
}

/** The units too, whoever edited them. */
export function removeUnits(): void {
  for (const unit of [watchUnit, applyUnit]) rmSync(join(units, unit), { force: true });
  systemctl('daemon-reload');
}
