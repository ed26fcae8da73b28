import { expect, test } from 'vitest';
import { attachTargets, crowdedBy, ownLinks } from '../../../src/plan/crowding.ts';
import { diff } from '../../../src/plan/diff.ts';
import { refusalsOf } from '../../../src/plan/guard.ts';
import type { DesiredProgram, DesiredState, Replace } from '../../../src/state/desired.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { exchange } from './exchange-facts.ts';
import {
  applied,
  attachment,
  digests,
  instance,
  layout,
  object,
  pinned,
  program,
  slot,
  wanted,
} from './sample.ts';

const read = kernelFunction('vfs_read');
const limit = 38;

test.each<
  [what: string, desired: DesiredState, observed: ObservedState, links: number, needed?: number]
>([
  ['the last one fits', wanted(object()), pinned(), 37],
  ['one more does not', wanted(object()), pinned(), 38, 39],
  ['by exchange it is the dispatcher', wanted(exchange), pinned(), 38, 39],
  ['an overlap needs both at once', version(), applied(), 38, 39],
  ['a gap needs one', version('gap'), applied(), 38],
  ['what is exchanged has its dispatcher', exchanged(), byExchange(), 38],
  ['what only goes always fits', wanted(object({ programs: [] })), applied(), 39],
])('%s', (_, desired, observed, links, needed) => {
  const { operations } = diff(layout, desired, observed);

  const crowded = crowdedBy(operations, { links: new Map([[read, links]]), limit, layout });

  expect(crowded.map((one) => one.needed)).toEqual(needed === undefined ? [] : [needed]);
});

test.each([
  ['new ones', wanted(object()), pinned(), /"fentryctl targets vfs_read" shows/],
  ['an overlap', version(), applied(), /"replace: gap"/],
  ['by exchange, where it was by itself', exchanged(), applied(), /"replace: gap"/],
  ['a dispatcher makes no gap', version('gap'), byExchange(), /"state: loaded"/],
  ['another kind of dispatcher', asFexit(), byExchange(), /"state: loaded"/],
  ['another program', another(), applied(), /"state: loaded"/],
])('%s: refused, with --force too, and what to do', (_, desired, observed, hint) => {
  const plan = diff(layout, desired, observed);
  const crowded = crowdedBy(plan.operations, { links: new Map([[read, 38]]), limit, layout });

  expect(refusalsOf({ ...plan, crowded })[0]).toMatchObject({
    code: 'no-slots',
    message: '"vfs_read" takes 38 links at once, and would have 39 (it has 38)',
    hint: expect.stringMatching(hint) as unknown,
  });
});

test.each([
  ['a dispatcher', version('gap'), byExchange()],
  ['another kind of dispatcher', asFexit(), byExchange()],
  ['another program', another(), applied()],
])('%s: while it is only loaded, what was there goes', (_, desired, observed) => {
  const objects = desired.objects.map((one) => ({
    ...one,
    programs: one.programs.map((each) => ({ ...each, state: 'loaded' as const })),
  }));

  const { operations } = diff(layout, { ...desired, objects }, observed);

  expect(operations.map(({ kind }) => kind)).toContain('detach');
  expect(operations.map(({ kind }) => kind)).not.toContain('attach');
});

test('only functions that something is attached to are asked about, and none of BPF programs', () => {
  const home = { kind: 'program', id: 7, btfObjectId: 9, pin: undefined, function: 'f' } as const;
  const programs: readonly DesiredProgram[] = [
    program('on_write', 'vfs_write'),
    program('on_read', 'vfs_read'),
    program('spare', 'vfs_open', 'loaded'),
    { ...program('inner', 'program 7:f'), home },
  ];
  const desired = wanted(object({ programs }));

  expect(attachTargets(diff(layout, desired, pinned()).operations, desired)).toEqual([
    { name: 'vfs_read', btfId: 11 },
    { name: 'vfs_write', btfId: 12 },
  ]);
});

test('our own links, by themselves and of dispatchers', () => {
  const observed = applied({
    instances: [
      instance(),
      instance({ digest: digests.b }),
      instance({ slots: [slot({ link: undefined })] }),
    ],
    attachments: [
      attachment(),
      attachment({ link: undefined }),
      attachment({ attachType: 'fexit' }),
    ],
  });

  expect(ownLinks(observed, read)).toBe(4);
  expect(ownLinks(observed, kernelFunction('vfs_write'))).toBe(0);
});

function version(replace: Replace = 'overlap'): DesiredState {
  const programs = [{ ...program('on_read', 'vfs_read'), replace }];
  return wanted(object({ digest: digests.b, programs }));
}

function another(): DesiredState {
  return wanted(object({ programs: [{ ...program('on_open', 'vfs_read'), replace: 'gap' }] }));
}

function asFexit(): DesiredState {
  const programs = exchange.programs.map((one) => ({ ...one, attachType: 'fexit' as const }));
  return wanted({ ...exchange, digest: digests.b, programs });
}

function exchanged(): DesiredState {
  return wanted({ ...exchange, digest: digests.b });
}

function byExchange(): ObservedState {
  return applied({
    instances: [instance({ slots: [slot({ link: undefined })] })],
    attachments: [attachment()],
  });
}
