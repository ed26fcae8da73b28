import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { collect, fentryctl, fentryctlJson, startFentryctl } from './support/fentryctl.ts';
import { clean, pins, tracingLinks, tracingPrograms, until } from './support/kernel.ts';
import type { Workspace } from './support/workspace.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

const programs = '    programs:\n      count_first: vfs_link\n';

/** A manifest that trusts a new key, and what signs its object with that. */
function trusting(work: Workspace): () => void {
  const key = join(work.directory, 'key.pem');
  const made = fentryctlJson<{ readonly public_key: string }>('sign', '--generate-key', key);
  work.write(
    `version: 1\ntrust: { keys: [${made.public_key}] }\nobjects:\n  it:\n    file: it.bpf.o\n${programs}`,
  );
  return () => {
    const { status, stderr } = fentryctl('sign', '--key', key, join(work.directory, 'it.bpf.o'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  };
}

test('what others could change is refused, and is taken once it was cured or allowed', () => {
  using work = workspace('owners');
  work.object('counter');
  work.programs('count_first: vfs_link');
  const object = join(work.directory, 'it.bpf.o');
  chmodSync(object, 0o666);
  chownSync(work.manifest, 1000, 1000);

  const refused = fentryctl('apply', work.manifest);
  const planned = fentryctl('plan', work.manifest, '--json');
  const destroyed = fentryctl('destroy', work.manifest, '--yes');
  const validated = fentryctl('validate', work.manifest);
  const afterRefusals = { pins: pins(), programs: tracingPrograms() };
  const allowed = fentryctl('apply', work.manifest, '--allow-insecure-files');
  const status = fentryctl('status', work.manifest);
  chmodSync(object, 0o644);
  chownSync(work.manifest, 0, 0);
  const cured = fentryctl('apply', work.manifest);

  expect(refused).toMatchObject({ status: 3, stdout: '' });
  expect(refused.stderr).toContain('refused: others than root could change 2 files or directories');
  expect(refused.stderr).toContain(`hint: chmod go-w ${object}\n`);
  expect(refused.stderr).toContain(`hint: chown root ${work.manifest}\n`);
  expect(planned.status).toBe(3);
  expect(JSON.parse(planned.stdout)).toMatchObject({
    error: { kind: 'RefusedError', diagnostics: [{ file: work.manifest }, { file: object }] },
  });
  expect(destroyed.status).toBe(3);
  expect(validated).toMatchObject({ status: 0, stderr: '' });
  expect(afterRefusals).toEqual({ pins: [], programs: [] });
  expect(allowed).toMatchObject({ status: 0, stderr: '' });
  expect(status.status).toBe(3);
  expect(cured).toMatchObject({ status: 0, stderr: '' });
  expect(cured.stdout).toContain('No changes');
});

test('a directory on the way that is somebody else’s is refused too', () => {
  using work = workspace('parent');
  work.object('counter');
  work.programs('count_first: vfs_link');
  const outer = mkdtempSync('/tmp/outer-');
  const inside = join(outer, 'inside');
  renameSync(work.directory, inside);
  chownSync(outer, 1000, 1000);

  const { status, stderr } = fentryctl('apply', join(inside, 'parent.yaml'));
  renameSync(inside, work.directory);
  rmSync(outer, { recursive: true });

  expect(status).toBe(3);
  expect(stderr).toContain(`${outer}: user 1000 could replace what is in it (mode 0700,`);
  expect(pins()).toEqual([]);
});

test('an object runs only with the signature of a trusted key', () => {
  using work = workspace('signed');
  work.object('counter');
  const sign = trusting(work);

  const others = ['validate', 'plan', 'status'].map(
    (command) => fentryctl(command, work.manifest).status,
  );
  const unsigned = fentryctl('apply', work.manifest);
  const before = { pins: pins(), programs: tracingPrograms() };
  sign();
  const applied = fentryctl('apply', work.manifest);
  work.object('counter-v2');
  const changed = fentryctl('apply', work.manifest);

  expect(others).toEqual([65, 65, 65]);
  expect(unsigned.status).toBe(65);
  expect(unsigned.stderr).toContain(
    'signed.yaml:5:11: the object file is not signed: "it.bpf.o.sig"',
  );
  expect(unsigned.stderr).toContain(`fentryctl sign --key PRIVATE.pem ${work.directory}/it.bpf.o`);
  expect(before).toEqual({ pins: [], programs: [] });
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(changed.status).toBe(65);
  expect(changed.stderr).toContain('"it.bpf.o.sig" fits none of the keys under "trust"');
  expect(tracingLinks()).toHaveLength(1);
});

test('watch takes a new version when its signature has come too, and a cured file when it is cured', async () => {
  using work = workspace('resigned');
  work.object('counter');
  const sign = trusting(work);
  sign();
  const object = join(work.directory, 'it.bpf.o');
  chmodSync(object, 0o646);

  const watcher = startFentryctl('watch', work.manifest);
  const log = collect(watcher);
  await until('the refusal', () => log().includes('could change 1 file or directory'));
  const afterRefusal = tracingPrograms();
  chmodSync(object, 0o644);
  await until('the first convergence', () => tracingLinks().length === 1);
  const [first] = tracingLinks();

  work.object('counter-v2');
  await until('the complaint', () => log().includes('fits none of the keys'));
  const afterComplaint = tracingLinks();
  sign();
  await until('the upgrade', () => log().includes('exchange=1'));

  watcher.kill('SIGTERM');
  const [status] = (await once(watcher, 'exit')) as readonly unknown[]; // ChildProcess 'exit': code, signal

  expect(afterRefusal).toEqual([]);
  expect(afterComplaint.map(({ id }) => id)).toEqual([first?.id]);
  expect(tracingLinks().map(({ id }) => id)).toEqual([first?.id]); // by exchange the link stays
  expect(status).toBe(0);
});
