import { describe, expect, test } from 'vitest';
import { toJson } from '../../../src/cli/output/json.ts';
import type { ManifestStatus } from '../../../src/cli/output/status.ts';
import { renderStatus, statusFacts } from '../../../src/cli/output/status.ts';
import { statusRows } from '../../../src/cli/status-rows.ts';
import { diff } from '../../../src/plan/diff.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import { kernelFunction, pinPath, programName } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import {
  applied,
  digests,
  instance,
  layout,
  link,
  object,
  pinned,
  program,
  slot,
  wanted,
} from '../plan/sample.ts';

const bootTimeMs = Date.UTC(2024, 0, 1);
const broken = applied({
  instances: [
    instance({
      slots: [
        slot({ program: programName('no_program'), loaded: undefined }),
        slot({ program: programName('other_link'), link: link({ programId: 99 }) }),
        slot({
          program: programName('spare'),
          target: kernelFunction('vfs_write'),
          link: undefined,
        }),
        slot({ protected: true }),
      ],
    }),
  ],
  foreign: [{ path: pinPath(`${layout.directory}/x`), what: 'a note' }],
});

test('for people, in columns', () => {
  expect(renderStatus([status(broken)], bootTimeMs, { colour: false })).toBe(
    `sample  (/sys/fs/bpf/root/sample)
PROGRAM           TARGET     STATE                PROG  LINK  SINCE                 PROBLEM
opens/no_program  vfs_read   broken               -     200   -                     its program pin is missing
opens/on_read     vfs_read   attached, protected  100   200   2024-01-01T00:00:05Z
opens/other_link  vfs_read   broken               100   200   2024-01-01T00:00:05Z  link runs program 99, not 100
opens/spare       vfs_write  loaded               100   -     2024-01-01T00:00:05Z
maps: opens/counts (map 300)
  ? /sys/fs/bpf/root/sample/x: a note; left alone
`,
  );
});

test('nothing is pinned', () => {
  expect(renderStatus([status(pinned())], bootTimeMs, { colour: false })).toBe(
    'sample  (/sys/fs/bpf/root/sample)\n  no programs\n',
  );
});

describe('with a manifest', () => {
  test.each<readonly [name: string, desired: DesiredState, rows: readonly unknown[]]>([
    [
      'all as wanted',
      wanted(object()),
      [{ program: 'on_read', state: 'attached', problem: undefined }],
    ],
    [
      'one that is missing',
      wanted(object({ programs: [program('on_read', 'vfs_read'), program('other', 'vfs_write')] })),
      [
        { program: 'on_read' },
        { program: 'other', state: 'missing', problem: 'not there: new in the manifest' },
      ],
    ],
    [
      'one too many',
      wanted(),
      [{ program: 'on_read', state: 'attached', problem: 'object is no longer in the manifest' }],
    ],
    [
      'an older version runs',
      wanted(object({ digest: digests.b })),
      [
        { digest: digests.a, state: 'attached', problem: 'object changed aaaaaaaa -> bbbbbbbb' },
        {
          digest: digests.b,
          state: 'missing',
          problem: 'not there: object changed aaaaaaaa -> bbbbbbbb',
        },
      ],
    ],
  ])('%s', (_, desired, rows) => {
    expect(status(applied(), desired).rows).toMatchObject(rows);
  });
});

test('for programs, under the names of bpftool', () => {
  const facts: unknown = JSON.parse(toJson(statusFacts(status(applied()), bootTimeMs)));

  expect(facts).toEqual({
    name: 'sample',
    pinned: layout.directory,
    programs: [
      {
        object: 'opens',
        program: 'on_read',
        target: 'vfs_read',
        state: 'attached',
        protected: false,
        digest: digests.a,
        source: '/etc/opens.bpf.o',
        id: 100,
        name: 'on_read',
        tag: '0123456789abcdef',
        loaded_at: bootTimeMs / 1000 + 5,
        run_cnt: 7,
        run_time_ns: 700,
        pinned: `${layout.directory}/objects/opens/${digests.a}/programs/on_read/vfs_read/program`,
        link: { id: 200, prog_id: 100, target_btf_id: 11 },
      },
    ],
    maps: [
      { object: 'opens', name: 'counts', id: 300, pinned: `${layout.directory}/maps/opens/counts` },
    ],
    missing_maps: [],
    foreign: [],
  });
});

function status(observed: ObservedState, desired?: DesiredState): ManifestStatus {
  const plan = desired === undefined ? undefined : diff(layout, desired, observed);
  return { layout, observed, rows: statusRows(layout, observed, plan), missingMaps: [] };
}
