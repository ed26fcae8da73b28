import { afterEach, expect, test } from 'vitest';
import { fentryctl } from './support/fentryctl.ts';
import { clean, counters, linkFiles, mapId, root, tracingPrograms } from './support/kernel.ts';
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
  expect(tracingPrograms()).toHaveLength(1);
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

/** Writes a manifest that attaches one program of the object, with lines for the object's entry. */
function settings(work: Workspace, ...lines: readonly string[]): void {
  const entry = ['file: it.bpf.o', ...lines, 'programs: { count_first: vfs_link }'];
  const text = entry.map((line) => `    ${line}\n`).join('');
  work.write(`version: 1\nobjects:\n  it:\n${text}`);
}
