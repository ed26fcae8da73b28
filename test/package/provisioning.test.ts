import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const repository = join(import.meta.dirname, '../..');
const folder = join(repository, 'examples/provisioning');
const directory = mkdtempSync(join(tmpdir(), 'fentryctl-provisioning-'));

afterAll(() => rmSync(directory, { recursive: true }));

interface UserData {
  readonly write_files: readonly {
    readonly path: string;
    readonly content: string;
    readonly permissions: string;
  }[];
  readonly runcmd: readonly (readonly string[])[];
}

type Task = Readonly<Record<string, unknown>>;

interface Play {
  readonly vars: Readonly<Record<string, string>> & {
    readonly fentryctl_objects: readonly string[];
  };
  readonly tasks: readonly Task[];
  readonly handlers: readonly Task[];
}

const userData = parse(read('user-data.yaml')) as UserData; // the tests below look at all of it
const [play] = parse(read('playbook.yaml')) as [Play]; // likewise

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function run(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the user data', () => {
  test('is known as such by its first line', () => {
    expect(read('user-data.yaml')).toMatch(/^#cloud-config\n/);
  });

  test('has a manifest that is valid beside its object', () => {
    const manifest = userData.write_files.find(({ path }) => path.endsWith('.yaml'));
    writeFileSync(join(directory, 'manifest.yaml'), manifest?.content ?? '');
    copyFileSync(
      join(repository, 'examples/file-opens/file-opens.bpf.o'),
      join(directory, 'file-opens.bpf.o'),
    );

    const main = join(repository, 'dist/command/main.cjs');
    const validated = run(process.execPath, main, 'validate', join(directory, 'manifest.yaml'));

    expect(validated).toMatchObject({ status: 0, stderr: '' });
  });

  test('runs a script that it writes, and that a shell can read', () => {
    const scripts = userData.write_files.filter(({ content }) => content.startsWith('#!/bin/sh'));
    for (const { path, content, permissions } of scripts) {
      writeFileSync(join(directory, 'script'), content);
      expect(run('sh', '-n', join(directory, 'script'))).toMatchObject({ status: 0, stderr: '' });
      expect(permissions).toBe('0755');
      expect(userData.runcmd.flat()).toContain(path);
    }
    expect(scripts).toHaveLength(1);
  });

  test('writes nothing that others may change, or the units would refuse it', () => {
    expect(
      userData.write_files.map(({ permissions }) => Number.parseInt(permissions, 8) & 0o022),
    ).toEqual([0, 0]);
  });
});

describe('the playbook', () => {
  test('names files that are there, or that a build makes', () => {
    const { fentryctl_manifest: manifest = '', fentryctl_deb: deb = '' } = play.vars;

    for (const file of [manifest, ...play.vars.fentryctl_objects])
      expect(existsSync(resolve(folder, file)), file).toBe(true);
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    }; // our own
    expect(dirname(resolve(folder, deb))).toBe(join(repository, 'packaging/build'));
    expect(deb).toContain(`_${version}_`);
  });

  test('applies where it may, plans where it may not, and says of both whether there is a change', () => {
    const commands = play.tasks.filter((task) => 'ansible.builtin.command' in task);

    expect(commands).toEqual([
      expect.objectContaining({
        'ansible.builtin.command': {
          argv: ['fentryctl', 'plan', '--detailed-exitcode', '/etc/fentryctl/manifest.yaml'],
        },
        check_mode: false,
        when: 'ansible_check_mode',
        changed_when: 'plan.rc == 2',
      }),
      expect.objectContaining({
        'ansible.builtin.command': {
          argv: ['fentryctl', 'apply', '--json', '/etc/fentryctl/manifest.yaml'],
        },
        when: 'not ansible_check_mode',
        changed_when: 'applied.rc == 0 and (applied.stdout | from_json).changed',
        notify: play.handlers[0]?.['name'],
      }),
    ]);
  });
});
