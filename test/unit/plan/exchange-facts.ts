import type { DesiredProgram } from '../../../src/state/desired.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import type {
  ObservedAttachment,
  ObservedSlot,
  ObservedState,
} from '../../../src/state/observed.ts';
import type { Fact } from './diff-facts.ts';
import { read } from './diff-facts.ts';
import {
  applied,
  attachment,
  digests,
  instance,
  link,
  loaded,
  object,
  pinned,
  program,
  slot,
  wanted,
} from './sample.ts';

export const place = 'attachments/opens/on_read/vfs_read/fentry';
const emptySlot = { id: 400, programId: undefined };
export const exchange = replacedBy('exchange');
export const paused = object({
  programs: [{ ...program('on_read', 'vfs_read', 'paused'), replace: 'exchange' }],
});
const onlyLoaded = object({
  programs: [{ ...program('on_read', 'vfs_read', 'loaded'), replace: 'exchange' }],
});
const notLinked = slot({ link: undefined });
export const unpinOld = [
  `unpin object-changed objects/opens/a/${read}/program`,
  'unpin object-changed objects/opens/a/data/bss',
  'unpin object-changed objects/opens/a/source',
];

/** What the diff does about programs that are attached by exchange. */
export const exchangeFacts: readonly Fact[] = [
  {
    name: 'exchange: a new program is loaded, then attached through a dispatcher',
    desired: wanted(exchange),
    observed: pinned(),
    operations: [`load added objects/opens/a/${read}/program`, `attach added ${place}/link`],
  },
  {
    name: 'exchange: all as wanted',
    desired: wanted(exchange),
    observed: byExchange(),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'exchange: a new version is put into the slot, and no link changes',
    desired: wanted({ ...exchange, digest: digests.b }),
    observed: byExchange(),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `exchange object-changed ${place}/slot`,
      ...unpinOld,
    ],
  },
  {
    name: 'exchange: what a crash left between loading and exchanging goes on',
    desired: wanted({ ...exchange, digest: digests.b }),
    observed: byExchange({}, notLinked, [
      instance({
        digest: digests.b,
        slots: [slot({ link: undefined, loaded: loaded({ id: 110 }) })],
      }),
    ]),
    operations: [`exchange object-changed ${place}/slot`, ...unpinOld],
  },
  {
    name: 'exchange: what a crash left after exchanging goes on',
    desired: wanted({ ...exchange, digest: digests.b }),
    observed: byExchange({ slot: { id: 400, programId: 110 } }, notLinked, [
      instance({
        digest: digests.b,
        slots: [slot({ link: undefined, loaded: loaded({ id: 110 }) })],
      }),
    ]),
    operations: unpinOld,
    unchanged: 1,
  },
  {
    name: 'program-missing: what runs is replaced without a gap',
    desired: wanted(exchange),
    observed: byExchange({}, slot({ loaded: undefined, link: undefined, protected: true })),
    operations: [
      `load program-missing objects/opens/a/${read}/program`,
      `exchange program-missing ${place}/slot`,
      `unpin protect-unset objects/opens/a/${read}/protected`,
    ],
  },
  {
    name: 'program-missing: nothing else beside its pin told of it',
    desired: wanted(exchange),
    observed: applied({
      instances: [instance({ slots: [] })],
      attachments: [attachment()],
    }),
    operations: [
      `load program-missing objects/opens/a/${read}/program`,
      `exchange program-missing ${place}/slot`,
    ],
  },
  {
    name: 'map-missing: what runs is replaced without a gap',
    desired: wanted(exchange),
    observed: { ...byExchange(), maps: [] },
    operations: [
      `unpin map-missing objects/opens/a/${read}/program`,
      `load map-missing objects/opens/a/${read}/program`,
      `exchange map-missing ${place}/slot`,
    ],
  },
  {
    name: 'slot-empty: paused, or emptied by hand',
    desired: wanted(exchange),
    observed: byExchange({ slot: emptySlot }),
    operations: [`exchange slot-empty ${place}/slot`],
  },
  {
    name: 'slot-differs: a program that is not ours',
    desired: wanted(exchange),
    observed: byExchange({ slot: { id: 400, programId: 999 } }),
    operations: [`exchange slot-differs ${place}/slot`],
  },
  {
    name: 'slot-missing: the dispatcher runs nothing, and goes',
    desired: wanted(exchange),
    observed: byExchange({ slot: undefined }),
    operations: [`detach slot-missing ${place}/link`, `attach slot-missing ${place}/link`],
  },
  {
    name: 'dispatcher-missing: the slot makes way for a new one',
    desired: wanted(exchange),
    observed: byExchange({ link: undefined }),
    operations: [
      `unpin dispatcher-missing ${place}/slot`,
      `attach dispatcher-missing ${place}/link`,
    ],
  },
  {
    name: 'dispatcher-differs: it is attached to another function',
    desired: wanted(exchange),
    observed: byExchange({ link: link({ targetBtfId: 12 }) }),
    operations: [
      `detach dispatcher-differs ${place}/link`,
      `unpin dispatcher-differs ${place}/slot`,
      `attach dispatcher-differs ${place}/link`,
    ],
  },
  {
    name: 'dispatcher-differs: it runs another slot',
    desired: wanted(exchange),
    observed: byExchange({ usesSlot: false }),
    operations: [
      `detach dispatcher-differs ${place}/link`,
      `unpin dispatcher-differs ${place}/slot`,
      `attach dispatcher-differs ${place}/link`,
    ],
  },
  {
    name: 'dispatcher-differs: the kernel does not tell which slot it runs',
    desired: wanted(exchange),
    observed: byExchange({ usesSlot: undefined }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'dispatcher-differs: it is attached as another kind than its pin says',
    desired: wanted(exchange),
    observed: byExchange({ link: link({ attachType: 'fexit' }) }),
    operations: [
      `detach dispatcher-differs ${place}/link`,
      `unpin dispatcher-differs ${place}/slot`,
      `attach dispatcher-differs ${place}/link`,
    ],
  },
  {
    name: 'no evidence either way from a kernel that does not tell BTF ids',
    desired: wanted(exchange),
    observed: byExchange({ link: link({ targetBtfId: undefined, attachType: undefined }) }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'not-attached: both pins are gone, and the program is not',
    desired: wanted(exchange),
    observed: applied({ instances: [instance({ slots: [notLinked] })] }),
    operations: [`attach not-attached ${place}/link`],
  },
  {
    name: 'paused: a new program is attached, and its slot stays empty',
    desired: wanted(paused),
    observed: pinned(),
    operations: [`load added objects/opens/a/${read}/program`, `attach added ${place}/link`],
  },
  {
    name: 'state-paused: one that runs is taken out',
    desired: wanted(paused),
    observed: byExchange(),
    operations: [`pause state-paused ${place}/slot`],
  },
  {
    name: 'state-paused: already so',
    desired: wanted(paused),
    observed: byExchange({ slot: emptySlot }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'paused: a new version of what is paused is only loaded',
    desired: wanted({ ...paused, digest: digests.b }),
    observed: byExchange({ slot: emptySlot }),
    operations: [`load object-changed objects/opens/b/${read}/program`, ...unpinOld],
  },
  {
    name: 'state-loaded: dispatcher and slot go',
    desired: wanted(onlyLoaded),
    observed: byExchange(),
    operations: [`detach state-loaded ${place}/link`, `unpin state-loaded ${place}/slot`],
  },
  {
    name: 'removed: a program on another function now',
    desired: wanted(
      object({ programs: [{ ...program('on_read', 'vfs_write'), replace: 'exchange' }] }),
    ),
    observed: byExchange(),
    operations: [
      'load added objects/opens/a/programs/on_read/vfs_write/program',
      'attach added attachments/opens/on_read/vfs_write/fentry/link',
      `detach removed ${place}/link`,
      `unpin removed objects/opens/a/${read}/program`,
      `unpin removed ${place}/slot`,
    ],
  },
  {
    name: 'object-removed: dispatcher and slot go too',
    desired: wanted(),
    observed: pinned({ attachments: [attachment()] }),
    operations: [`detach object-removed ${place}/link`, `unpin object-removed ${place}/slot`],
  },
  {
    name: 'exchange: another program of the object has its own',
    desired: wanted(exchange),
    observed: {
      ...byExchange(),
      attachments: [attachment({ target: kernelFunction('vfs_write') }), attachment()],
    },
    operations: [
      'detach removed attachments/opens/on_read/vfs_write/fentry/link',
      'unpin removed attachments/opens/on_read/vfs_write/fentry/slot',
    ],
    unchanged: 1,
  },
];

export function replacedBy(replace: DesiredProgram['replace']) {
  return object({ programs: [{ ...program('on_read', 'vfs_read'), replace }] });
}

/** What is pinned once `exchange` was applied. */
export function byExchange(
  given: Partial<ObservedAttachment> = {},
  own: ObservedSlot = notLinked,
  others: ObservedState['instances'] = [],
): ObservedState {
  return applied({
    instances: [instance({ slots: [own] }), ...others],
    attachments: [attachment(given)],
  });
}
