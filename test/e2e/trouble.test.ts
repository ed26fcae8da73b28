import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fentryctl, fentryctlAsNobody, run, startFentryctl } from './support/fentryctl.ts';
import { clean, pins, root, tracingLinks, tracingPrograms, until } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

test('what the verifier rejects leaves nothing, and says the telling line', () => {
  using work = workspace('rejected');
  work.object('rejected');
  work.programs('good: bpf_fentry_test1', 'bad: bpf_fentry_test1');

  const { status, stdout, stderr } = fentryctl('apply', work.manifest);
  const verbose = fentryctl('apply', work.manifest, '--verbose');

  expect(status).toBe(1);
  expect(stdout).toContain('Failed and rolled back: what ran before still runs.');
  expect(stderr).toMatch(
    /load program "bad" for "bpf_fentry_test1": the verifier rejected it: invalid access to map value/,
  );
  expect(stderr.split('\n').length).toBeLessThan(5);
  expect(verbose.stderr).toContain('processed ');
  expect(pins()).toEqual([]);
  expect(tracingPrograms()).toEqual([]);
});

test('an upgrade that fails leaves the old version running, undisturbed', () => {
  using work = workspace('keeps');
  work.object('counter');
  work.programs('count_first: vfs_unlink');
  fentryctl('apply', work.manifest);
  const before = { links: tracingLinks(), programs: tracingPrograms(), pins: pins() };

  work.object('rejected');
  work.programs('good: vfs_unlink', 'bad: vfs_unlink');
  const { status, stderr } = fentryctl('apply', work.manifest, '--force');

  expect(status).toBe(1);
  expect(stderr).toMatch(/the verifier rejected it/);
  expect({ links: tracingLinks(), programs: tracingPrograms(), pins: pins() }).toEqual(before);
});

test('killed in the middle, the next run converges and nothing runs twice', async () => {
  using work = workspace('killed');
  work.object('many');
  const names = Array.from({ length: 20 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  work.programs(...names.map((name) => `${name}: bpf_fentry_test1`));

  const victim = startFentryctl('apply', work.manifest);
  await until(
    'the third link is pinned',
    () => pins().filter((path) => path.endsWith('/link')).length >= 3,
  );
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  const left = pins().filter((path) => path.endsWith('/link')).length;
  const next = fentryctl('apply', work.manifest);

  expect(left).toBeLessThan(20);
  expect(next).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toHaveLength(20);
  expect(tracingPrograms()).toHaveLength(40); // each with its dispatcher
});

test('foreign pins are reported and left alone, and refused where they are in the way', () => {
  using work = workspace('foreign');
  work.object('counter');
  work.programs('count_first: vfs_unlink');
  mkdirSync(join(root, 'foreign/maps'), { recursive: true });
  symlinkSync('somebody', join(root, 'foreign/maps/it'));
  mkdirSync(join(root, 'foreign/notes'));

  const refused = fentryctl('apply', work.manifest);
  unlinkSync(join(root, 'foreign/maps/it'));
  const applied = fentryctl('apply', work.manifest);
  const destroyed = fentryctl('destroy', work.manifest, '--yes');

  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain('a foreign pin is in the way');
  expect(applied.status).toBe(0);
  expect(applied.stdout).toContain(
    `${root}/foreign/notes: a directory that fentryctl did not make; left alone`,
  );
  expect(destroyed.status).toBe(0);
  expect(pins()).toEqual(['foreign', 'foreign/notes']);
});

test('what was removed by hand is shown by status and repaired by apply', () => {
  using work = workspace('drift');
  work.object('counter');
  work.programs(
    'count_first: { target: vfs_unlink, replace: overlap }',
    'count_return: { target: vfs_unlink, replace: overlap }',
  );
  fentryctl('apply', work.manifest);
  const pinOf = (part: string): string =>
    join(root, 'drift', pinsOf('drift').find((path) => path.includes(part)) ?? '');

  unlinkSync(pinOf('count_first/vfs_unlink/link'));
  unlinkSync(pinOf('count_return/vfs_unlink/program'));
  const status = fentryctl('status', work.manifest);
  const repaired = fentryctl('apply', work.manifest);
  const after = fentryctl('status', work.manifest);

  expect(status.status).toBe(2);
  expect(status.stdout).toMatch(/count_first .* loaded .*loaded, but not attached/);
  expect(status.stdout).toMatch(/count_return .* broken .*its program pin is missing/);
  expect(repaired).toMatchObject({ status: 0, stderr: '' });
  expect(after.status).toBe(0);
  expect(tracingLinks()).toHaveLength(2);
  expect(tracingPrograms()).toHaveLength(2);
});

test('a second writer waits, then names the one that holds the lock', async () => {
  using work = workspace('locked');
  work.object('counter');
  work.programs('count_first: vfs_unlink');
  mkdirSync(root, { recursive: true });
  const holder = spawn('flock', ['--exclusive', '--no-fork', root, 'sleep', '600'], {
    stdio: 'ignore',
  });
  await until('the lock is held', () => run('flock', ['--nonblock', root, 'true']).status !== 0);

  const waiting = fentryctl('apply', work.manifest, '--lock-timeout', '200ms');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const free = fentryctl('apply', work.manifest);

  expect(waiting.status).toBe(75);
  expect(waiting.stderr).toContain(`process ${holder.pid} holds the lock on "${root}"`);
  expect(free.status).toBe(0);
});

test('bad requests are refused with their place, and change nothing', () => {
  using work = workspace('wrong');
  work.object('counter');
  work.programs('count_first: vfs_unlnk');

  const missing = fentryctl('apply', work.manifest);
  const nobody = fentryctlAsNobody(
    'plan',
    join(import.meta.dirname, '../../examples/file-opens/file-opens.yaml'),
  );
  const elsewhere = fentryctl('plan', work.manifest.replace('wrong.yaml', 'none.yaml'));

  expect(missing.status).toBe(65);
  expect(missing.stderr).toContain('wrong.yaml:6:20:');
  expect(missing.stderr).toContain('hint: did you mean "vfs_unlink"');
  expect(nobody.status).toBe(77);
  expect(nobody.stderr).toContain('hint: run it as root');
  expect(elsewhere.status).toBe(65);
  expect(existsSync(root)).toBe(false);
});

function pinsOf(name: string): readonly string[] {
  return pins()
    .filter((path) => path.startsWith(`${name}/`))
    .map((path) => path.slice(name.length + 1));
}
