import { expect, test } from 'vitest';
import { diff, diffToNothing } from '../../../src/plan/diff.ts';
import type { Attachment } from '../../../src/plan/losses.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import { kernelFunction, objectName, programName } from '../../../src/state/ids.ts';
import type { ObservedSlot, ObservedState } from '../../../src/state/observed.ts';
import { byExchange, exchange, paused, replacedBy } from './exchange-facts.ts';
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

const read = slot();
const write = slotOf('on_read', 'vfs_write');
const other = slotOf('on_write', 'vfs_write');

interface Fact {
  readonly name: string;
  readonly before: ObservedState;
  readonly desired: DesiredState;
  readonly attached: number;
  readonly lost: readonly string[];
}

const facts: readonly Fact[] = [
  {
    name: 'nothing was attached',
    before: pinned(),
    desired: wanted(object()),
    attached: 0,
    lost: [],
  },
  {
    name: 'all stays',
    before: applied(),
    desired: wanted(object()),
    attached: 1,
    lost: [],
  },
  {
    name: 'a new version takes the place of the old one',
    before: having(read, other),
    desired: wanted(object({ digest: digests.b, programs: both() })),
    attached: 2,
    lost: [],
  },
  {
    name: 'the new version lacks a program',
    before: having(read, other),
    desired: wanted(object({ digest: digests.b })),
    attached: 2,
    lost: ['opens/on_write -> vfs_write'],
  },
  {
    name: 'a program is no longer in the manifest',
    before: having(read, other),
    desired: wanted(object()),
    attached: 2,
    lost: ['opens/on_write -> vfs_write'],
  },
  {
    name: 'the object is no longer in the manifest',
    before: having(read, other),
    desired: wanted(),
    attached: 2,
    lost: ['opens/on_read -> vfs_read', 'opens/on_write -> vfs_write'],
  },
  {
    name: 'a program is only to be loaded',
    before: applied(),
    desired: wanted(object({ programs: [program('on_read', 'vfs_read', 'loaded')] })),
    attached: 1,
    lost: ['opens/on_read -> vfs_read'],
  },
  {
    name: 'a program watches another function',
    before: applied(),
    desired: wanted(object({ programs: [program('on_read', 'vfs_write')] })),
    attached: 1,
    lost: [],
  },
  {
    name: 'a program watches one function in place of two',
    before: having(read, write),
    desired: wanted(object({ programs: [program('on_read', 'vfs_open')] })),
    attached: 2,
    lost: ['opens/on_read -> vfs_read'],
  },
  {
    name: 'another program on the same function makes up for nothing',
    before: applied(),
    desired: wanted(object({ programs: [program('on_write', 'vfs_read')] })),
    attached: 1,
    lost: ['opens/on_read -> vfs_read'],
  },
  {
    name: 'the object has another name now',
    before: having(read, other),
    desired: wanted(object({ name: objectName('renamed'), programs: both() })),
    attached: 2,
    lost: [],
  },
  {
    name: 'the object has another name now, and a function less',
    before: having(read, write),
    desired: wanted(object({ name: objectName('renamed') })),
    attached: 2,
    lost: ['opens/on_read -> vfs_write'],
  },
  {
    name: 'two versions that a crash left on one function are one attachment',
    before: applied({ instances: [instance(), instance({ digest: digests.b })] }),
    desired: wanted(object()),
    attached: 1,
    lost: [],
  },
  {
    name: 'a link without its program watches, and is repaired',
    before: having(slot({ loaded: undefined })),
    desired: wanted(object()),
    attached: 1,
    lost: [],
  },
  {
    name: 'a link that runs another program is repaired',
    before: having(slot({ link: link({ programId: 99 }) })),
    desired: wanted(object()),
    attached: 1,
    lost: [],
  },
  {
    name: 'an exchange loses nothing',
    before: byExchange(),
    desired: wanted({ ...exchange, digest: digests.b }),
    attached: 1,
    lost: [],
  },
  {
    name: 'another way of replacing loses nothing',
    before: byExchange(),
    desired: wanted(replacedBy('gap')),
    attached: 1,
    lost: [],
  },
  {
    name: 'a program that is paused no longer watches',
    before: byExchange(),
    desired: wanted(paused),
    attached: 1,
    lost: ['opens/on_read -> vfs_read'],
  },
  {
    name: 'a program that was paused watched nothing',
    before: byExchange({ slot: { id: 400, programId: undefined } }),
    desired: wanted(),
    attached: 0,
    lost: [],
  },
  {
    name: 'a dispatcher without its slot, or a slot without its dispatcher, watches nothing',
    before: {
      ...byExchange({ slot: undefined }),
      attachments: [attachment({ slot: undefined }), attachment({ link: undefined })],
    },
    desired: wanted(),
    attached: 0,
    lost: [],
  },
  {
    name: 'one that is attached by exchange is no longer in the manifest',
    before: byExchange(),
    desired: wanted(),
    attached: 1,
    lost: ['opens/on_read -> vfs_read'],
  },
  {
    name: 'attached in both ways, as a crash leaves it, is one attachment',
    before: byExchange({}, slot()),
    desired: wanted(exchange),
    attached: 1,
    lost: [],
  },
  {
    name: 'a program that was only loaded watched nothing',
    before: having(slot({ link: undefined })),
    desired: wanted(),
    attached: 0,
    lost: [],
  },
];

test.each(facts)('$name', ({ before, desired, attached, lost }) => {
  const { losses } = diff(layout, desired, before);

  expect(losses.attached).toBe(attached);
  expect(losses.lost.map(textOf)).toEqual(lost);
});

const marked = slot({ protected: true });
const markedOne = slot({ protected: true, link: undefined });

test.each<readonly [name: string, before: ObservedState, desired: DesiredState, count: number]>([
  ['stays', having(marked), wanted(object()), 0],
  ['has a new version', having(marked), wanted(object({ digest: digests.b })), 0],
  [
    'is no longer in the manifest',
    having(marked, other),
    wanted(object({ programs: [program('on_write', 'vfs_write')] })),
    1,
  ],
  [
    'is only to be loaded',
    having(marked),
    wanted(object({ programs: [program('on_read', 'vfs_read', 'loaded')] })),
    1,
  ],
  [
    'watches another function',
    having(marked),
    wanted(object({ programs: [program('on_read', 'vfs_write')] })),
    1,
  ],
  [
    'has an object of another name',
    having(marked),
    wanted(object({ name: objectName('renamed') })),
    1,
  ],
  ['was only loaded', having(slot({ protected: true, link: undefined })), wanted(), 0],
  [
    'is a mark alone',
    having(slot({ protected: true, link: undefined, loaded: undefined })),
    wanted(),
    0,
  ],
  ['is exchanged', byExchange({}, markedOne), wanted({ ...exchange, digest: digests.b }), 0],
  ['is paused', byExchange({}, markedOne), wanted(paused), 1],
  ['is attached by exchange no longer', byExchange({}, markedOne), wanted(), 1],
])('what is protected and %s', (_, before, desired, count) => {
  expect(diff(layout, desired, before).losses.unprotected).toHaveLength(count);
});

test('destroy may take all but what is protected', () => {
  const { losses } = diffToNothing(layout, having(marked, other));

  expect(losses.limit).toEqual({ percent: 100 });
  expect(losses.unprotected.map(textOf)).toEqual(['opens/on_read -> vfs_read']);
});

test('the limit is what the manifest says', () => {
  const desired = { ...wanted(object()), maxDetach: { count: 3 } };

  expect(diff(layout, desired, pinned()).losses.limit).toEqual({ count: 3 });
});

function both() {
  return [program('on_read', 'vfs_read'), program('on_write', 'vfs_write')];
}

function having(...slots: readonly ObservedSlot[]): ObservedState {
  return applied({ instances: [instance({ slots })] });
}

function slotOf(called: string, target: string): ObservedSlot {
  return slot({
    program: programName(called),
    target: kernelFunction(target),
    loaded: loaded({ attachBtfId: undefined }),
    link: link({ targetBtfId: undefined }),
  });
}

function textOf({ object: of, program: called, target }: Attachment): string {
  return `${of}/${called} -> ${target}`;
}
