import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect, fentryctl, fentryctlJson, startFentryctl } from './support/fentryctl.ts';
import { clean, pins, tracingLinks, until } from './support/kernel.ts';
import { objectFile } from './support/workspace.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/folder-');
  copyFileSync(objectFile('counter'), join(folder, 'it.bpf.o'));
  chmodSync(join(folder, 'it.bpf.o'), 0o644); // whatever it is in the checkout
});
afterEach(() => {
  clean();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a manifest of that name into the folder. */
function write(name: string, ...programs: readonly string[]): void {
  const lines = programs.map((line) => `      ${line}\n`).join('');
  const text = `version: 1\nobjects:\n  it:\n    file: it.bpf.o\n    programs:\n${lines}`;
  writeFileSync(join(folder, `${name}.new`), text);
  renameSync(join(folder, `${name}.new`), join(folder, `${name}.yaml`));
}

/** The names that have pins. */
function names(): string {
  return pins()
    .filter((pin) => !pin.includes('/'))
    .toSorted()
    .join(' ');
}

test('watch of a folder: what is added converges, what is removed is destroyed, and an emptied folder is an accident', async () => {
  write('a', 'count_first: vfs_link');
  write('b', 'count_return: vfs_link');
  const watcher = startFentryctl('watch', folder);
  const log = collect(watcher);
  await until('both', () => tracingLinks().length === 2 && log().includes(`${folder}/b.yaml:\n`));

  // one more, with a mistake; what is removed meanwhile waits, for it may be its successor
  write('c', 'count_fist: vfs_unlink');
  await until('the complaint', () => log().includes('c.yaml:6:'));
  rmSync(join(folder, 'b.yaml'));
  await until('the reason to wait', () => log().includes('not destroyed yet'));
  const whileWrong = names();
  write('c', 'count_first: vfs_unlink');
  await until('the end of it', () => log().includes('destroyed  manifest='));
  const afterwards = names();
  const last = tracingLinks();

  // all at once
  rmSync(join(folder, 'a.yaml'));
  rmSync(join(folder, 'c.yaml'));
  await until('the refusal', () => log().includes('refused: kept what is pinned'));
  watcher.kill('SIGTERM');
  const [status] = (await once(watcher, 'exit')) as readonly unknown[]; // ChildProcess 'exit': code, signal

  expect(whileWrong).toBe('a b');
  expect(afterwards).toBe('a c');
  expect(last).toHaveLength(2);
  expect(log()).toContain('fentryctl destroy a c');
  expect(status).toBe(0);
  expect(tracingLinks()).toEqual(last);
});

test('apply of a folder does nothing where one manifest is wrong, and else all; destroy takes several names', () => {
  interface Answer {
    readonly manifests: readonly { readonly name: string; readonly changed: boolean }[];
  }
  write('a', 'count_first: vfs_link');
  write('b', 'count_fist: vfs_link');
  const wrong = fentryctl('apply', folder);
  const afterwards = tracingLinks();
  write('b', 'count_return: vfs_link');

  const applied = fentryctlJson<Answer>('apply', folder);
  const attached = tracingLinks();
  const destroyed = fentryctl('destroy', '--yes', 'a', 'b');

  expect(wrong.status).toBe(65);
  expect(wrong.stderr).toContain('b.yaml:6:');
  expect(afterwards).toEqual([]);
  expect(applied.manifests).toMatchObject([
    { name: 'a', changed: true },
    { name: 'b', changed: true },
  ]);
  expect(attached).toHaveLength(2);
  expect(destroyed).toMatchObject({ status: 0, stderr: '' });
  expect(destroyed.stdout).toMatch(/^a:\n[^]*Destroyed: 1 detached[^]*\nb:\n/);
  expect(tracingLinks()).toEqual([]);
});
