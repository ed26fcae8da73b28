import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fentryctl, fentryctlJson } from './support/fentryctl.ts';
import {
  bpftool,
  clean,
  counters,
  linkFiles,
  pins,
  root,
  startLinking,
  tracingLinks,
  tracingPrograms,
  until,
} from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

interface Report {
  readonly operations: readonly { readonly action: string; readonly status: string }[];
}

interface Status {
  readonly manifests: readonly {
    readonly programs: readonly {
      readonly state: string;
      readonly attached_by?: string;
      readonly run_cnt?: number;
      readonly id: number;
      readonly link?: { readonly id: number };
      readonly slot?: { readonly map_id: number; readonly prog_id?: number };
    }[];
  }[];
}

const overlapping = 'count_first: { target: vfs_link, replace: overlap }';

test('a new version takes over under load: every call is seen, once, and the link stays', async () => {
  using work = workspace('exchanged');
  work.object('counter');
  work.programs('count_first: vfs_link');
  const hits = hitsOf('exchanged');
  fentryctl('apply', work.manifest);
  const before = tracingLinks();

  const load = startLinking();
  const upgrades: Report[] = [];
  for (const version of ['counter-v2', 'counter', 'counter-v2']) {
    await until('calls are counted', () => hasGrown(hits)); // oxlint-disable-line eslint/no-await-in-loop -- one upgrade after the other
    work.object(version);
    upgrades.push(fentryctlJson<Report>('apply', work.manifest));
  }
  await until('the new version counts', () => hasGrown(hits));
  const made = await load.stop();
  const [seen = 0] = counters(hits);

  for (const { operations } of upgrades) {
    const kinds = operations.map(({ action, status }) => `${action} ${status}`);
    expect(kinds).toEqual([
      'load done',
      'exchange done',
      ...Array.from({ length: 5 }, () => 'unpin done'),
    ]);
  }
  expect(made).toBeLessThan(1000); // so that the thousands are what the new version saw, the rest what the old one saw
  expect(Math.floor(seen / 1000)).toBeGreaterThan(0);
  expect(seen % 1000).toBeGreaterThan(0);
  expect(Math.floor(seen / 1000) + (seen % 1000)).toBe(made);
  expect(tracingLinks()).toEqual(before);
  expect(tracingPrograms()).toHaveLength(2); // the dispatcher, and what is in its slot
});

test('paused and resumed: the attachment stays, and status says which', () => {
  using work = workspace('paused');
  work.object('counter');
  work.programs('count_first: vfs_link');
  const hits = hitsOf('paused');
  fentryctl('apply', work.manifest);
  const links = tracingLinks();

  work.programs('count_first: { target: vfs_link, state: paused }');
  const refused = fentryctl('apply', work.manifest);
  const paused = fentryctl('apply', work.manifest, '--force');
  linkFiles(3);
  const whilePaused = { count: counters(hits)[0], links: tracingLinks(), status: rowsOf('paused') };
  const text = fentryctl('status', 'paused');
  work.programs('count_first: vfs_link');
  const resumed = fentryctl('apply', work.manifest);
  linkFiles(3);

  expect(refused.status).toBe(3);
  expect(paused).toMatchObject({ status: 0, stderr: '' });
  expect(whilePaused).toMatchObject({ count: 0, links, status: [{ state: 'paused' }] });
  expect(text).toMatchObject({ status: 0 });
  expect(text.stdout).toMatch(/count_first +vfs_link +paused/);
  expect(resumed).toMatchObject({ status: 0, stderr: '' });
  expect(counters(hits)[0]).toBe(3);
  expect(tracingLinks()).toEqual(links);
});

test('from overlap to exchange and back, under load: no call is missed', async () => {
  using work = workspace('switched');
  work.object('counter');
  work.programs(overlapping);
  const hits = hitsOf('switched');
  fentryctl('apply', work.manifest);

  const load = startLinking();
  await until('the first call is counted', () => hasGrown(hits));
  work.programs('count_first: vfs_link');
  const there = fentryctl('apply', work.manifest);
  const byExchange = rowsOf('switched');
  await until('calls are counted by exchange', () => hasGrown(hits));
  work.programs(overlapping);
  const back = fentryctl('apply', work.manifest);
  const byOverlap = rowsOf('switched');
  await until('calls are counted again', () => hasGrown(hits));
  const made = await load.stop();
  const [seen = 0] = counters(hits);

  expect(there).toMatchObject({ status: 0, stderr: '' });
  expect(back).toMatchObject({ status: 0, stderr: '' });
  expect([byExchange, byOverlap]).toMatchObject([
    [{ state: 'attached', attached_by: 'exchange' }],
    [{ state: 'attached', attached_by: 'link' }],
  ]);
  expect(seen).toBeGreaterThanOrEqual(made);
  expect(tracingLinks()).toHaveLength(1);
  expect(tracingPrograms()).toHaveLength(1);
});

test('from fentry to fexit and back, under load: no call is missed', async () => {
  using work = workspace('kinds');
  work.object('counter');
  work.programs('count_first: vfs_link');
  const hits = hitsOf('kinds');
  fentryctl('apply', work.manifest);

  const load = startLinking();
  const changes: { readonly planned: string; readonly report: Report; readonly rows: unknown }[] =
    [];
  for (const version of ['counter-fexit', 'counter']) {
    await until('calls are counted', () => hasGrown(hits)); // oxlint-disable-line eslint/no-await-in-loop -- one change after the other
    work.object(version);
    const planned = fentryctl('plan', work.manifest).stdout;
    const report = fentryctlJson<Report>('apply', work.manifest);
    changes.push({ planned, report, rows: rowsOf('kinds') });
  }
  await until('calls are counted again', () => hasGrown(hits));
  const made = await load.stop();
  const [seen = 0] = counters(hits);

  expect(changes.map(({ planned }) => planned)).toEqual([
    expect.stringMatching(
      /~ attach .* kind changed fentry -> fexit, both see calls meanwhile .*\/fexit\/link/,
    ),
    expect.stringMatching(
      /~ attach .* kind changed fexit -> fentry, both see calls meanwhile .*\/fentry\/link/,
    ),
  ]);
  for (const { report, rows } of changes) {
    const kinds = report.operations.map(({ action, status }) => `${action} ${status}`);
    expect(kinds.slice(0, 3)).toEqual(['load done', 'attach done', 'detach done']);
    expect(rows).toMatchObject([{ state: 'attached', attached_by: 'exchange' }]);
  }
  expect(made).toBeLessThan(1000); // so that the thousands are what the fexit version saw, the rest what the other saw
  expect(Math.floor(seen / 1000)).toBeGreaterThan(0);
  expect(Math.floor(seen / 1000) + (seen % 1000)).toBeGreaterThanOrEqual(made);
  expect(tracingLinks()).toHaveLength(1);
  expect(tracingPrograms()).toHaveLength(2);
});

test('with a gap, no call is seen twice', async () => {
  using work = workspace('gap');
  work.object('counter');
  work.programs('count_first: { target: vfs_link, replace: gap }');
  const hits = hitsOf('gap');
  fentryctl('apply', work.manifest);

  const load = startLinking();
  await until('the first call is counted', () => hasGrown(hits));
  work.object('counter-v2');
  const planned = fentryctl('plan', work.manifest);
  const applied = fentryctl('apply', work.manifest);
  await until('the new version counts', () => (counters(hits)[0] ?? 0) >= 1000);
  const made = await load.stop();
  const [seen = 0] = counters(hits);

  expect(planned.stdout).toMatch(/~ detach .*\(gap\)/);
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(Math.floor(seen / 1000) + (seen % 1000)).toBeLessThanOrEqual(made);
  expect(tracingLinks()).toHaveLength(1);
});

test('a slot emptied by hand, and pins removed by hand, are shown by status and repaired by apply', () => {
  using work = workspace('harmed');
  work.object('counter');
  work.programs('count_first: vfs_link');
  fentryctl('apply', work.manifest);
  const place = `${root}/harmed/attachments/it/count_first/vfs_link/fentry`;
  const harms = [
    () => bpftool('map', 'delete', 'pinned', `${place}/slot`, 'key', '0', '0', '0', '0'),
    () => unlinkSync(`${place}/slot`),
    () => unlinkSync(`${place}/link`),
  ];

  const found = harms.map((harm) => {
    harm();
    const status = fentryctl('status', work.manifest);
    const repaired = fentryctl('apply', work.manifest);
    return { status, repaired, count: countedNow('harmed'), left: tracingPrograms().length };
  });
  const after = fentryctl('status', work.manifest);

  expect(found.map(({ status }) => status.status)).toEqual([2, 2, 2]);
  expect(found.map(({ status }) => status.stdout)).toEqual([
    expect.stringMatching(/ paused .* paused: its slot is empty/),
    expect.stringMatching(/ broken .* its slot is missing/),
    expect.stringMatching(/ broken .* its dispatcher is not attached/),
  ]);
  for (const { repaired } of found) expect(repaired).toMatchObject({ status: 0, stderr: '' });
  expect(found.map(({ count, left }) => ({ count, left }))).toEqual(
    harms.map(() => ({ count: 2, left: 2 })),
  );
  expect(after.status).toBe(0);
  expect(tracingLinks()).toHaveLength(1);
});

test('protected and destroyed like any other; nothing is left', () => {
  using work = workspace('kept');
  work.object('counter');
  work.programs('count_first: { target: vfs_link, protect: true }');
  fentryctl('apply', work.manifest);
  work.object('counter-v2');

  const upgraded = fentryctl('apply', work.manifest);
  work.programs('count_first: { target: vfs_link, protect: true, state: paused }');
  const paused = fentryctl('apply', work.manifest);
  const refused = fentryctl('destroy', 'kept', '--yes');
  const destroyed = fentryctl('destroy', 'kept', '--yes', '--force');

  expect(upgraded).toMatchObject({ status: 0, stderr: '' });
  expect([paused.status, refused.status]).toEqual([3, 3]);
  expect(paused.stderr).toContain(
    'it would detach what is protected: "it/count_first -> vfs_link"',
  );
  expect(destroyed).toMatchObject({ status: 0, stderr: '' });
  expect(pins()).toEqual([]);
  expect(tracingLinks()).toEqual([]);
  expect(tracingPrograms()).toEqual([]);
});

function hitsOf(manifest: string): string {
  return join(root, manifest, 'maps/it/hits');
}

function rowsOf(manifest: string): Status['manifests'][number]['programs'] {
  return fentryctlJson<Status>('status', manifest).manifests[0]?.programs ?? [];
}

/** How many of two calls are counted. */
function countedNow(manifest: string): number {
  const [before = 0] = counters(hitsOf(manifest));
  linkFiles(2);
  return (counters(hitsOf(manifest))[0] ?? 0) - before;
}

const lastSeen = new Map<string, number>();

/** Whether a counter moved since this was asked last. */
function hasGrown(hits: string): boolean {
  const [now = 0] = counters(hits);
  const before = lastSeen.get(hits) ?? 0;
  lastSeen.set(hits, now);
  return now > before;
}
