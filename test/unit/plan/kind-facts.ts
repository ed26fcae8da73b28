import type { DesiredObject, DesiredProgram } from '../../../src/state/desired.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import type { Fact } from './diff-facts.ts';
import { read } from './diff-facts.ts';
import {
  byExchange,
  exchange,
  paused,
  place as entry,
  replacedBy,
  unpinOld,
} from './exchange-facts.ts';
import {
  applied,
  attachment,
  digests,
  instance,
  link,
  loaded,
  program,
  slot,
  wanted,
} from './sample.ts';

const exit = 'attachments/opens/on_read/vfs_read/fexit';
const emptySlot = { id: 400, programId: undefined };
const older = slot({ link: undefined });
const newer = slot({ link: undefined, loaded: loaded({ id: 110 }) });
const exitLink = link({ id: 202, programId: 111, attachType: 'fexit' });

/** What the diff does about a program that is fexit in version b, and was fentry. */
export const kindFacts: readonly Fact[] = [
  {
    name: 'kind-changed: the new dispatcher is attached before the old one goes',
    desired: wanted(asExit(exchange)),
    observed: byExchange(),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `attach kind-changed ${exit}/link`,
      `detach kind-changed ${entry}/link`,
      ...unpinOld.slice(0, 1),
      `unpin kind-changed ${entry}/slot`,
      ...unpinOld.slice(1),
    ],
  },
  {
    name: 'kind-changed: what a crash left after loading goes on',
    desired: wanted(asExit(exchange)),
    observed: byExchange({}, older, [instance({ digest: digests.b, slots: [newer] })]),
    operations: [
      `attach kind-changed ${exit}/link`,
      `detach kind-changed ${entry}/link`,
      ...unpinOld.slice(0, 1),
      `unpin kind-changed ${entry}/slot`,
      ...unpinOld.slice(1),
    ],
  },
  {
    name: 'kind-changed: what a crash left between the pins of slot and dispatcher goes on',
    desired: wanted(asExit(exchange)),
    observed: asBoth({ link: undefined, usesSlot: undefined }),
    operations: [
      `unpin dispatcher-missing ${exit}/slot`,
      `attach dispatcher-missing ${exit}/link`,
      `detach kind-changed ${entry}/link`,
      ...unpinOld.slice(0, 1),
      `unpin kind-changed ${entry}/slot`,
      ...unpinOld.slice(1),
    ],
  },
  {
    name: 'kind-changed: what a crash left after attaching goes on',
    desired: wanted(asExit(exchange)),
    observed: asBoth(),
    operations: [
      `detach kind-changed ${entry}/link`,
      ...unpinOld.slice(0, 1),
      `unpin kind-changed ${entry}/slot`,
      ...unpinOld.slice(1),
    ],
  },
  {
    name: 'kind-changed: what a crash left after detaching goes on',
    desired: wanted(asExit(exchange)),
    observed: { ...asBoth(), attachments: [attachment({ link: undefined }), exitAttachment()] },
    operations: [...unpinOld.slice(0, 1), `unpin kind-changed ${entry}/slot`, ...unpinOld.slice(1)],
  },
  {
    name: 'kind-changed: back again, after a crash in between',
    desired: wanted(exchange),
    observed: asBoth(),
    operations: [
      `detach kind-changed ${exit}/link`,
      `unpin object-changed objects/opens/b/${read}/program`,
      `unpin kind-changed ${exit}/slot`,
      'unpin object-changed objects/opens/b/data/bss',
      'unpin object-changed objects/opens/b/source',
    ],
  },
  {
    name: 'kind-changed: another version into the slot of the new kind, and the old kind goes',
    desired: wanted({ ...asExit(exchange), digest: digests.a }),
    observed: asBoth(),
    operations: [
      `exchange object-changed ${exit}/slot`,
      `detach kind-changed ${entry}/link`,
      `unpin object-changed objects/opens/b/${read}/program`,
      `unpin kind-changed ${entry}/slot`,
      'unpin object-changed objects/opens/b/data/bss',
      'unpin object-changed objects/opens/b/source',
    ],
  },
  {
    name: 'kind-changed: what is paused, and stays so',
    desired: wanted(asExit(paused)),
    observed: byExchange({ slot: emptySlot }),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `attach kind-changed ${exit}/link`,
      `detach kind-changed ${entry}/link`,
      ...unpinOld.slice(0, 1),
      `unpin kind-changed ${entry}/slot`,
      ...unpinOld.slice(1),
    ],
  },
  {
    name: 'replace: to overlap as another kind, the dispatcher goes last',
    desired: wanted(asExit(replacedBy('overlap'))),
    observed: byExchange(),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `attach object-changed objects/opens/b/${read}/link`,
      `detach replace ${entry}/link`,
      ...unpinOld.slice(0, 1),
      `unpin replace ${entry}/slot`,
      ...unpinOld.slice(1),
    ],
  },
  {
    name: 'replace: to gap as another kind, the slot is emptied first',
    desired: wanted(asExit(replacedBy('gap'))),
    observed: byExchange(),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `pause replace ${entry}/slot`,
      `attach object-changed objects/opens/b/${read}/link`,
      `detach replace ${entry}/link`,
      ...unpinOld.slice(0, 1),
      `unpin replace ${entry}/slot`,
      ...unpinOld.slice(1),
    ],
  },
  {
    name: 'state-loaded: of two kinds, as a crash leaves them, both go',
    desired: wanted({
      ...asExit(exchange),
      programs: [{ ...program('on_read', 'vfs_read', 'loaded'), attachType: 'fexit' }],
    }),
    observed: asBoth(),
    operations: [
      `detach state-loaded ${entry}/link`,
      `detach state-loaded ${exit}/link`,
      ...unpinOld.slice(0, 1),
      `unpin state-loaded ${entry}/slot`,
      `unpin state-loaded ${exit}/slot`,
      ...unpinOld.slice(1),
    ],
  },
];

/** The next version of an object, whose programs are fexit. */
export function asExit(given: DesiredObject): DesiredObject {
  const programs = given.programs.map((one): DesiredProgram => ({ ...one, attachType: 'fexit' }));
  return { ...given, digest: digests.b, programs };
}

/** What a crash leaves: version a runs as fentry, version b as fexit. */
export function asBoth(given: Partial<ReturnType<typeof exitAttachment>> = {}): ObservedState {
  return applied({
    instances: [instance({ slots: [older] }), instance({ digest: digests.b, slots: [newer] })],
    attachments: [attachment(), { ...exitAttachment(), ...given }],
  });
}

function exitAttachment() {
  const inside = { id: 401, programId: 110 };
  return attachment({ attachType: 'fexit', slot: inside, link: exitLink });
}
