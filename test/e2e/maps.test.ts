import { afterEach, expect, test } from 'vitest';
import { fentryctl, run } from './support/fentryctl.ts';
import {
  bpftool,
  clean,
  counters,
  linkFiles,
  mapId,
  pins,
  root,
  tracingLinks,
  tracingPrograms,
} from './support/kernel.ts';
import type { Workspace } from './support/workspace.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

test('a global changes what a program counts; the new instance goes on in the same map', () => {
  using work = workspace('globals');
  work.object('counter');
  const hits = `${root}/globals/maps/it/hits`;

  settings(work);
  fentryctl('apply', work.manifest);
  linkFiles(3);
  const before = { hits: counters(hits), id: mapId(hits) };
  settings(work, 'globals: { step: 1000 }');
  const planned = fentryctl('plan', work.manifest);
  const applied = fentryctl('apply', work.manifest);
  linkFiles(2);
  const after = { hits: counters(hits), id: mapId(hits) };
  settings(work, 'globals: { "step": 0x3e8 }');
  const same = fentryctl('apply', work.manifest);

  expect(before.hits).toEqual([3, 0, 0, 0]);
  expect(planned.stdout).toMatch(/~ load .*object changed [0-9a-f]{8} -> [0-9a-f]{8}/);
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(after).toEqual({ hits: [2003, 0, 0, 0], id: before.id });
  expect(tracingPrograms()).toHaveLength(2); // the program and its dispatcher
  expect(same.stdout).toContain('No changes');
});

test('a global that the object cannot have is told at its place, and changes nothing', () => {
  using work = workspace('wrong');
  work.object('counter');
  settings(work, 'globals: { stepp: 1, initial: -1 }');

  const validated = fentryctl('validate', work.manifest);
  const applied = fentryctl('apply', work.manifest);

  expect(validated.status).toBe(65);
  expect(validated.stderr).toContain(
    ':5:16: the object has no global variable "stepp"\n' +
      '  5 |     globals: { stepp: 1, initial: -1 }\n' +
      '    |                ^^^^^\n' +
      '  hint: did you mean "step"?\n',
  );
  expect(validated.stderr).toContain(
    ':5:35: "initial" (__u64) must be a whole number from 0 to 18446744073709551615, not -1\n',
  );
  expect(applied.status).toBe(65);
  expect(tracingPrograms()).toEqual([]);
});

test('a changed map is refused with both definitions, and made anew where the manifest says so', () => {
  using work = workspace('changed');
  work.object('counter');
  const hits = `${root}/changed/maps/it/hits`;
  settings(work);
  fentryctl('apply', work.manifest);
  linkFiles(3);
  const before = { id: mapId(hits), programs: tracingPrograms() };

  work.object('counter-changed-map');
  const planned = fentryctl('plan', work.manifest);
  const refused = fentryctl('apply', work.manifest, '--force');
  linkFiles(2);
  const afterRefusal = { id: mapId(hits), programs: tracingPrograms() };
  const stillCounted = counters(hits);
  settings(work, 'maps: { hits: { on_change: recreate } }');
  const replanned = fentryctl('plan', work.manifest);
  const applied = fentryctl('apply', work.manifest);
  const isNew = mapId(hits) !== before.id;
  linkFiles(2);

  const both =
    'map "it/hits" is pinned as array (key 4 B, value 8 B, 4 entries), and wanted as array (key 4 B, value 16 B, 4 entries)';
  expect(planned.stdout).toContain(`apply will refuse this plan: ${both}`);
  expect(planned.stdout).toContain('This plan cannot be applied');
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain(both);
  expect(refused.stderr).toContain('hint: "on_change: recreate" in the manifest makes it anew');
  expect(afterRefusal).toEqual(before);
  expect(stillCounted).toEqual([5, 0, 0, 0]);
  expect(replanned.stdout).toMatch(
    /~ unpin .*map hits .*is made anew, its content is lost: array .*value 8 B.* -> array .*value 16 B/,
  );
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(isNew).toBe(true);
  expect(firstCall(hits)).toBe(2);
  expect(tracingPrograms()).toHaveLength(2); // the program and its dispatcher
  expect(tracingLinks()).toHaveLength(1);
});

test('max_entries is a definition too; what is in the map survives an upgrade of the object', () => {
  using work = workspace('sized');
  work.object('counter');
  const hits = `${root}/sized/maps/it/hits`;

  settings(work, 'maps: { hits: { max_entries: 6 } }');
  fentryctl('apply', work.manifest);
  linkFiles(3);
  const sized = counters(hits);
  work.object('counter-v2');
  const upgraded = fentryctl('apply', work.manifest);
  const kept = counters(hits);
  settings(work, 'maps: { hits: { max_entries: 8 } }');
  const refused = fentryctl('apply', work.manifest);
  settings(work, 'maps: { hits: { max_entries: 8, on_change: recreate } }');
  const resized = fentryctl('apply', work.manifest);

  expect(sized).toEqual([3, 0, 0, 0, 0, 0]);
  expect(upgraded).toMatchObject({ status: 0, stderr: '' });
  expect(kept).toEqual(sized);
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain('hint: a map cannot be resized; "on_change: recreate"');
  expect(resized).toMatchObject({ status: 0, stderr: '' });
  expect(counters(hits)).toEqual(Array(8).fill(0));
});

test('two manifests share a pin, and destroy of both leaves it', () => {
  using one = workspace('one');
  using other = workspace('other');
  const shared = '/sys/fs/bpf/shared-e2e/hits';
  const pin = `maps: { hits: { pin: ${shared} } }`;

  for (const work of [one, other]) {
    work.object('counter');
    settings(work, pin);
  }
  const first = fentryctl('apply', one.manifest);
  const made = mapId(shared);
  const second = fentryctl('apply', other.manifest);
  linkFiles(3);
  const seen = counters(shared);
  const again = fentryctl('apply', one.manifest);
  const shown = fentryctl('status', one.manifest);
  const destroyed = [one, other].map((work) => fentryctl('destroy', work.manifest, '--yes'));
  const left = { id: mapId(shared), hits: counters(shared), pins: pins() };
  const planned = fentryctl('plan', one.manifest);
  run('rm', ['-r', '/sys/fs/bpf/shared-e2e']);

  expect([first, second, ...destroyed].map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  expect(seen).toEqual([6, 0, 0, 0]);
  expect(again.stdout).toContain('No changes');
  expect(shown.stdout).toContain(`maps: ${shared} (map ${made}, shared)\n`);
  expect(left).toEqual({ id: made, hits: seen, pins: [] });
  expect(planned.stdout).not.toContain('shared-e2e');
});

/** The first value of an array map whose values are `struct hit_count`. */
function firstCall(pin: string): number {
  interface Element {
    readonly formatted: { readonly value: { readonly calls: number } };
  }
  return bpftool<readonly Element[]>('map', 'dump', 'pinned', pin)[0]?.formatted.value.calls ?? 0;
}

/** Writes a manifest that attaches one program of the object, with lines for the object's entry. */
function settings(work: Workspace, ...lines: readonly string[]): void {
  const entry = ['file: it.bpf.o', ...lines, 'programs: { count_first: vfs_link }'];
  const text = entry.map((line) => `    ${line}\n`).join('');
  work.write(`version: 1\nobjects:\n  it:\n${text}`);
}
