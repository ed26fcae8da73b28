import { describe, expect, test } from 'vitest';
import { toJson } from '../../../src/cli/output/json.ts';
import type { ManifestStatus } from '../../../src/cli/output/status.ts';
import { renderStatus, statusFacts } from '../../../src/cli/output/status.ts';
import { statusRows } from '../../../src/cli/status-rows.ts';
import { diff } from '../../../src/plan/diff.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import { kernelFunction, pinPath, programName } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { byExchange, exchange, paused } from '../plan/exchange-facts.ts';
import {
  applied,
  attachment,
  digests,
  instance,
  layout,
  link,
  loaded,
  object,
  pinned,
  program,
  shape,
  slot,
  wanted,
} from '../plan/sample.ts';

const otherInSlot = { slot: { id: 400, programId: 999 } };
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

test('maps at shared pins, and what is there instead, where a manifest tells of them', () => {
  const shared = [
    { path: pinPath('/sys/fs/bpf/shared/events'), id: 12, shape },
    { path: pinPath('/sys/fs/bpf/shared/other'), what: 'a program' },
  ];
  const state = applied({ shared });

  expect(renderStatus([status(state)], bootTimeMs, { colour: false })).toContain(
    'maps: opens/counts (map 300), /sys/fs/bpf/shared/events (map 12, shared), ' +
      '/sys/fs/bpf/shared/other (a program where a shared map belongs)\n',
  );
  expect(statusFacts(status(state), bootTimeMs)).toMatchObject({
    shared_maps: [
      { pinned: '/sys/fs/bpf/shared/events', id: 12 },
      { pinned: '/sys/fs/bpf/shared/other', what: 'a program' },
    ],
  });
});

test('by exchange: one row for a program, whatever has become of its slot and dispatcher', () => {
  const names = ['attached', 'empty', 'lost_link', 'lost_slot', 'other'].map(programName);
  const own = (called: (typeof names)[number]) => ({ program: called, link: undefined });
  const emptied = { slot: { id: 400, programId: undefined } };
  const parts = [{}, emptied, { link: undefined }, { slot: undefined }, otherInSlot];
  const observed = applied({
    instances: [instance({ slots: names.map((called) => slot(own(called))) })],
    attachments: [
      ...parts.flatMap((part, index) => {
        const called = names[index];
        return called === undefined ? [] : [attachment({ ...part, program: called })];
      }),
      attachment({ program: programName('unknown') }),
    ],
  });

  expect(renderStatus([status(observed)], bootTimeMs, { colour: false }).split('\n')).toEqual([
    'sample  (/sys/fs/bpf/root/sample)',
    'PROGRAM          TARGET    STATE                 PROG  LINK  SINCE                 PROBLEM',
    'opens/attached   vfs_read  attached by exchange  100   201   2024-01-01T00:00:05Z',
    'opens/empty      vfs_read  paused                100   201   2024-01-01T00:00:05Z',
    'opens/lost_link  vfs_read  broken                100   -     2024-01-01T00:00:05Z  its dispatcher is not attached',
    'opens/lost_slot  vfs_read  broken                100   201   2024-01-01T00:00:05Z  its slot is missing',
    'opens/other      vfs_read  broken                100   201   2024-01-01T00:00:05Z  slot holds program 999, not 100',
    'opens/unknown    vfs_read  broken                -     201   -                     its program pin is missing',
    'maps: opens/counts (map 300)',
    '',
  ]);
});

test('of two versions, as a crash leaves them, the one in the slot is attached', () => {
  const newer = slot({ loaded: loaded({ id: 110 }), link: undefined });
  const observed = applied({
    instances: [
      instance({ slots: [slot({ link: undefined })] }),
      instance({ digest: digests.b, slots: [newer] }),
    ],
    attachments: [attachment()],
  });

  expect(status(observed).rows).toMatchObject([
    { digest: digests.a, state: 'attached', problem: undefined },
    { digest: digests.b, state: 'loaded', problem: undefined },
  ]);
});

test('nothing is pinned', () => {
  expect(renderStatus([status(pinned())], bootTimeMs, { colour: false })).toBe(
    'sample  (/sys/fs/bpf/root/sample)\n  no programs\n',
  );
});

type Fact = readonly [
  name: string,
  desired: DesiredState,
  rows: readonly unknown[],
  observed: ObservedState,
];

describe('with a manifest', () => {
  test.each<Fact>([
    [
      'all as wanted',
      wanted(object()),
      [{ program: 'on_read', state: 'attached', problem: undefined }],
      applied(),
    ],
    [
      'one that is missing',
      wanted(object({ programs: [program('on_read', 'vfs_read'), program('other', 'vfs_write')] })),
      [
        { program: 'on_read' },
        { program: 'other', state: 'missing', problem: 'not there: new in the manifest' },
      ],
      applied(),
    ],
    [
      'one too many',
      wanted(),
      [{ program: 'on_read', state: 'attached', problem: 'object is no longer in the manifest' }],
      applied(),
    ],
    [
      'one that was emptied by hand',
      wanted(exchange),
      [{ program: 'on_read', state: 'paused', problem: 'paused: its slot is empty' }],
      byExchange({ slot: { id: 400, programId: undefined } }),
    ],
    [
      'one that lost the pin of its program is one row',
      wanted(exchange),
      [{ state: 'broken', digest: undefined, problem: 'its program pin is missing' }],
      { ...byExchange(), instances: [] },
    ],
    [
      'one that is to be paused',
      wanted(paused),
      [{ program: 'on_read', state: 'attached', problem: 'the manifest says "state: paused"' }],
      byExchange(),
    ],
    [
      'one that is attached by itself and need not be',
      wanted(exchange),
      [{ program: 'on_read', state: 'attached', problem: 'replaced by exchange from now on' }],
      applied(),
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
      applied(),
    ],
  ])('%s', (_, desired, rows, observed) => {
    const found = status(observed, desired).rows;

    expect(found).toMatchObject(rows);
    expect(found).toHaveLength(rows.length);
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
        attached_by: 'link',
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
        link: { id: 200, prog_id: 100, target_obj_id: 1, target_btf_id: 11 },
      },
    ],
    maps: [
      { object: 'opens', name: 'counts', id: 300, pinned: `${layout.directory}/maps/opens/counts` },
    ],
    shared_maps: [],
    missing_maps: [],
    foreign: [],
  });
});

test('by exchange, for programs: the dispatcher, and what is in its slot', () => {
  const facts: unknown = JSON.parse(toJson(statusFacts(status(byExchange()), bootTimeMs)));

  expect(facts).toMatchObject({
    programs: [
      {
        state: 'attached',
        attached_by: 'exchange',
        id: 100,
        link: { id: 201, prog_id: 101 },
        slot: { map_id: 400, prog_id: 100 },
      },
    ],
  });
});

function status(observed: ObservedState, desired?: DesiredState): ManifestStatus {
  const plan = desired === undefined ? undefined : diff(layout, desired, observed);
  return { layout, observed, rows: statusRows(layout, observed, plan), missingMaps: [] };
}
