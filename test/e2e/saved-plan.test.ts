import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Ended } from './support/fentryctl.ts';
import { fentryctl, fentryctlJson } from './support/fentryctl.ts';
import { clean, pins, root, tracingLinks } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

interface Saved {
  readonly saved: { readonly file: string; readonly fingerprint: string };
}

interface Report {
  readonly changed: boolean;
  readonly fingerprint: string;
}

const first = 'count_first: bpf_fentry_test1';
const second = 'count_second: bpf_fentry_test1';

test('a saved plan is applied as it was saved, once', () => {
  using work = workspace('saved');
  work.object('counter');
  work.programs(first, second);
  const file = join(work.directory, 'saved.plan');

  const planned = fentryctlJson<Saved>('plan', work.manifest, '--out', file);
  const elsewhere = fentryctl('apply', file, '--root', '/sys/fs/bpf/elsewhere');
  const applied = fentryctlJson<Report>('apply', file);
  const links = tracingLinks();
  const again = fentryctl('apply', file);
  const rewritten = fentryctl('plan', work.manifest, '--out', file);
  const nothing = fentryctl('apply', file);

  expect(elsewhere.status).toBe(64);
  expect(applied).toMatchObject({ changed: true, fingerprint: planned.saved.fingerprint });
  expect(links).toHaveLength(2);
  expect(again.status).toBe(3);
  expect(again.stderr).toMatch(/the saved plan no longer fits: .* is new/);
  expect(rewritten.stdout).toMatch(/^Saved as .*saved\.plan, fingerprint [0-9a-f]{64}: /m);
  expect(nothing).toMatchObject({ status: 0, stderr: '' });
  expect(nothing.stdout).toMatch(/No changes.*\nSaved plan with fingerprint [0-9a-f]{64}\.\n$/);
  expect(tracingLinks()).toEqual(links);
});

test('a saved plan is refused once anything has moved, and nothing changes', () => {
  using work = workspace('moved');
  work.object('counter');
  work.programs(first, second);
  fentryctl('apply', work.manifest);
  const file = join(work.directory, 'moved.plan');
  const link =
    pins().find((path) => path.endsWith('count_second/bpf_fentry_test1/fentry/link')) ?? '';

  work.programs(second);
  fentryctl('plan', work.manifest, '--out', file);
  const before = { links: tracingLinks(), pins: pins() };
  work.programs(second, '# changed');
  const manifest = fentryctl('apply', file);
  work.programs(second);
  work.object('counter-v2');
  const object = fentryctl('apply', file, '--force');
  work.object('counter');
  const after = { links: tracingLinks(), pins: pins() };
  unlinkSync(join(root, link));
  const unlinked = fentryctl('apply', file);
  const left = tracingLinks();

  for (const refused of [manifest, object, unlinked]) expect(refused.status).toBe(3);
  expect(manifest.stderr).toContain(
    `the saved plan no longer fits: "${work.manifest}" has changed\n`,
  );
  expect(object.stderr).toContain('it.bpf.o" has changed\n');
  expect(after).toEqual(before);
  expect(unlinked.stderr).toMatch(
    /count_second\/bpf_fentry_test1\/fentry\/link" is gone \(link \d+\)/,
  );
  expect(left).toHaveLength(1);
});

test('a plan that was edited or cut off is invalid, and the guard holds for a saved one', () => {
  using work = workspace('edited');
  work.object('counter');
  work.programs(first);
  fentryctl('apply', work.manifest);
  const file = join(work.directory, 'edited.plan');
  work.programs(second);

  fentryctl('plan', work.manifest, '--out', file);
  const overManifest = fentryctl('plan', work.manifest, '--out', work.manifest);
  const guarded = fentryctl('apply', file);
  writeFileSync(join(work.directory, 'cut.plan'), '{ "format": "fentryctl plan", ');
  writeFileSync(
    join(work.directory, 'edited.json'),
    readFileSync(file, 'utf8').replace('"load"', '"lead"'),
  );
  const invalid: readonly Ended[] = ['cut.plan', 'edited.json'].map((name) =>
    fentryctl('apply', join(work.directory, name)),
  );
  const forced = fentryctl('apply', file, '--force');

  expect(overManifest.status).toBe(64);
  expect(guarded.status).toBe(3);
  expect(guarded.stderr).toContain('it would detach 1 of 1');
  expect(invalid.map(({ status }) => status)).toEqual([65, 65]);
  expect(invalid.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('is cut off or damaged'),
    expect.stringContaining('was changed after it was saved'),
  ]);
  expect(forced).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toHaveLength(1);
});
