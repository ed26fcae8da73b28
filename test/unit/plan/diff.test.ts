import { describe, expect, test } from 'vitest';
import { diff, diffToNothing } from '../../../src/plan/diff.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { mapName, pinPath } from '../../../src/state/ids.ts';
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
  slot,
  wanted,
} from './sample.ts';
import { facts, read } from './diff-facts.ts';
import { exchangeFacts } from './exchange-facts.ts';
import { replaceFacts } from './replace-facts.ts';
import { mapFacts } from './map-facts.ts';
import { kindFacts } from './kind-facts.ts';
import { moduleFacts } from './module-facts.ts';
import { protectFacts } from './protect-facts.ts';

describe('diff', () => {
  test.each([
    ...facts,
    ...kindFacts,
    ...mapFacts,
    ...protectFacts,
    ...exchangeFacts,
    ...replaceFacts,
    ...moduleFacts,
  ])('$name', ({ desired, observed, operations, unchanged = 0 }) => {
    const plan = diff(layout, desired, observed);

    expect(plan.operations.map(summary)).toEqual(operations);
    expect(plan).toMatchObject({ name: desired.name, unchanged, conflicts: [], foreign: [] });
  });

  test('a load says all that it takes', () => {
    const [load, attach] = diff(layout, wanted(object()), pinned()).operations;

    expect(load).toEqual({
      kind: 'load',
      object: 'opens',
      digest: digests.a,
      program: 'on_read',
      target: 'vfs_read',
      targetBtfId: 11,
      home: undefined,
      pin: `${layout.directory}/objects/opens/${digests.a}/${read}/program`,
      maps: [
        { name: '.bss', pin: `${layout.directory}/objects/opens/${digests.a}/data/bss` },
        { name: 'counts', pin: `${layout.directory}/maps/opens/counts` },
      ],
      note: {
        pin: `${layout.directory}/objects/opens/${digests.a}/source`,
        text: '/etc/opens.bpf.o',
      },
      reason: { code: 'added' },
    });
    expect(attach).toMatchObject({ attachType: 'fentry', programPin: load?.pin, slot: undefined });
  });

  test('an attachment by exchange says where its slot is, and an exchange what it replaces', () => {
    const programs = [{ ...program('on_read', 'vfs_read'), replace: 'exchange' as const }];
    const byExchange = applied({
      instances: [instance({ slots: [slot({ link: undefined })] })],
      attachments: [attachment()],
    });
    const slotPin = `${layout.directory}/attachments/opens/on_read/vfs_read/fentry/slot`;

    const [, attach] = diff(layout, wanted(object({ programs })), pinned()).operations;
    const [, exchange] = diff(
      layout,
      wanted(object({ digest: digests.b, programs })),
      byExchange,
    ).operations;

    expect(attach).toMatchObject({ slot: { pin: slotPin, state: 'attached' } });
    expect(exchange).toMatchObject({
      pin: slotPin,
      programPin: `${layout.directory}/objects/opens/${digests.b}/${read}/program`,
      from: { id: 100, pin: `${layout.directory}/objects/opens/${digests.a}/${read}/program` },
    });
  });

  test('a detach says whether it leaves a gap', () => {
    const gap = object({
      digest: digests.b,
      programs: [{ ...program('on_read', 'vfs_read'), replace: 'gap' }],
    });

    const detached = [gap, object({ digest: digests.b })].map((one) =>
      diff(layout, wanted(one), applied()).operations.find(({ kind }) => kind === 'detach'),
    );

    expect(detached).toMatchObject([
      { gap: true, from: { id: 100, pin: expect.stringMatching(/\/program$/) as unknown } },
      { gap: false },
    ]);
  });

  test('reasons carry what a person needs to check them', () => {
    const changed = diff(layout, wanted(object({ digest: digests.b })), applied());
    const differs = applied({
      instances: [instance({ slots: [slot({ link: link({ programId: 99 }) })] })],
    });

    expect(changed.operations[0]?.reason).toMatchObject({ from: digests.a, to: digests.b });
    expect(diff(layout, wanted(object()), differs).operations[0]).toMatchObject({
      linkId: 200,
      reason: { code: 'link-differs', linkProgramId: 99, programId: 100 },
    });
    expect(diff(layout, wanted(object()), applied({ maps: [] })).operations[0]?.reason).toEqual({
      code: 'map-missing',
      map: mapName('counts'),
    });
  });
});

describe('what is not ours', () => {
  const foreign = (below: string, what = 'a note') => ({
    path: pinPath(`${layout.directory}/${below}`),
    what,
  });

  test.each([
    ['beside our pins is left alone', 'elsewhere', 'foreign'],
    [
      'where a program goes is in the way',
      `objects/opens/${digests.a}/${read}/program`,
      'conflicts',
    ],
    [
      'above where a program goes is in the way',
      `objects/opens/${digests.a}/programs`,
      'conflicts',
    ],
    ['where a link goes is in the way', `objects/opens/${digests.a}/${read}/link`, 'conflicts'],
    ['where a map goes is in the way', 'maps/opens/counts', 'conflicts'],
    ['where a slot goes is left alone without need', 'attachments/x', 'foreign'],
    ['where the note goes is in the way', `objects/opens/${digests.a}/source`, 'conflicts'],
    ['with a name that only starts alike is left alone', 'maps/open', 'foreign'],
  ] as const)('%s', (_, below, where) => {
    const plan = diff(layout, wanted(object()), pinned({ foreign: [foreign(below)] }));

    expect({ conflicts: plan.conflicts, foreign: plan.foreign }).toEqual({
      conflicts: [],
      foreign: [],
      [where]: [foreign(below)],
    });
  });

  test('a program for another function at our place is in the way, and nothing is done to it', () => {
    const alien = instance({
      slots: [slot({ loaded: loaded({ attachBtfId: 12 }), link: undefined })],
    });

    const plan = diff(layout, wanted(object()), applied({ instances: [alien] }));

    expect(plan).toMatchObject({
      operations: [],
      unchanged: 0,
      conflicts: [
        {
          path: `${layout.directory}/objects/opens/${digests.a}/${read}/program`,
          what: 'a program for another target',
        },
      ],
    });
  });
});

test('destroyed: all that is pinned goes, links first, and foreign things stay', () => {
  const foreign = [{ path: pinPath(`${layout.directory}/x`), what: 'a note' }];

  const plan = diffToNothing(layout, applied({ foreign }));

  expect(plan.operations.map(summary)).toEqual([
    `detach destroyed objects/opens/a/${read}/link`,
    `unpin destroyed objects/opens/a/${read}/program`,
    'unpin destroyed maps/opens/counts',
    'unpin destroyed objects/opens/a/data/bss',
    'unpin destroyed objects/opens/a/source',
  ]);
  expect(plan).toMatchObject({ unchanged: 0, conflicts: [], foreign });
});

function summary({ kind, reason, pin }: Plan['operations'][number]): string {
  const below = pin.slice(layout.directory.length + 1).replace(/([0-9a-f])\1{31}/, '$1');
  return `${kind} ${reason.code} ${below}`;
}
