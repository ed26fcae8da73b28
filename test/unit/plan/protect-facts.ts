import type { ObservedInstance, ObservedSlot } from '../../../src/state/observed.ts';
import type { Fact } from './diff-facts.ts';
import { read, write } from './diff-facts.ts';
import {
  applied,
  digests,
  instance,
  object,
  pinned,
  program,
  protectedProgram,
  slot,
  wanted,
} from './sample.ts';

const protectedOne = object({ programs: [protectedProgram('on_read', 'vfs_read')] });
const alone = slot({ loaded: undefined, link: undefined, protected: true });

/** What the diff does about `protect`. */
export const protectFacts: readonly Fact[] = [
  {
    name: 'protect: a new program is marked once it is attached',
    desired: wanted(protectedOne),
    observed: pinned(),
    operations: [
      `load added objects/opens/a/${read}/program`,
      `attach added objects/opens/a/${read}/link`,
      `protect added objects/opens/a/${read}/protected`,
    ],
  },
  {
    name: 'protect-set: what runs is marked and not touched',
    desired: wanted(protectedOne),
    observed: applied(),
    operations: [`protect protect-set objects/opens/a/${read}/protected`],
  },
  {
    name: 'protect-set: already so',
    desired: wanted(protectedOne),
    observed: applied({ instances: [marked()] }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'protect-unset: the mark goes, and nothing else',
    desired: wanted(object()),
    observed: applied({ instances: [marked()] }),
    operations: [`unpin protect-unset objects/opens/a/${read}/protected`],
  },
  {
    name: 'protect: the new version has the mark before the old version goes',
    desired: wanted({ ...protectedOne, digest: digests.b }),
    observed: applied({ instances: [marked()] }),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `attach object-changed objects/opens/b/${read}/link`,
      `protect object-changed objects/opens/b/${read}/protected`,
      `detach object-changed objects/opens/a/${read}/link`,
      `unpin object-changed objects/opens/a/${read}/program`,
      'unpin object-changed objects/opens/a/data/bss',
      `unpin object-changed objects/opens/a/${read}/protected`,
      'unpin object-changed objects/opens/a/source',
    ],
  },
  {
    name: 'protect: the mark stays while a lost program is loaded again',
    desired: wanted(protectedOne),
    observed: applied({ instances: [marked({ loaded: undefined })] }),
    operations: [
      `detach program-missing objects/opens/a/${read}/link`,
      `load program-missing objects/opens/a/${read}/program`,
      `attach program-missing objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'protect: a mark that is left alone goes with the object',
    desired: wanted(),
    observed: pinned({ instances: [marked({ loaded: undefined, link: undefined })] }),
    operations: [
      'unpin object-removed objects/opens/a/data/bss',
      `unpin object-removed objects/opens/a/${read}/protected`,
      'unpin object-removed objects/opens/a/source',
    ],
  },
  {
    name: 'protect: a mark alone runs on no map',
    desired: wanted(protectedOne),
    observed: pinned({
      instances: [instance({ internalMaps: [], slots: [alone] })],
    }),
    operations: [
      `load program-missing objects/opens/a/${read}/program`,
      `attach program-missing objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'protect: one that is no longer in the manifest loses its mark last',
    desired: wanted(object({ programs: [program('on_write', 'vfs_write')] })),
    observed: applied({ instances: [marked({ link: undefined })] }),
    operations: [
      `load added objects/opens/a/${write}/program`,
      `attach added objects/opens/a/${write}/link`,
      `unpin removed objects/opens/a/${read}/program`,
      `unpin removed objects/opens/a/${read}/protected`,
    ],
  },
];

function marked(given: Partial<ObservedSlot> = {}): ObservedInstance {
  return instance({ slots: [slot({ protected: true, ...given })] });
}
