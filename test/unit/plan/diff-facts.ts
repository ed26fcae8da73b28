import type { DesiredState } from '../../../src/state/desired.ts';
import { kernelFunction, objectName, programName } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import {
  applied,
  digests,
  instance,
  link,
  loaded,
  map,
  object,
  pinned,
  program,
  slot,
  wanted,
} from './sample.ts';

export interface Fact {
  readonly name: string;
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  /** `kind reason-code pin`, pins below the manifest's directory and with the digest cut to a letter. */
  readonly operations: readonly string[];
  readonly unchanged?: number;
}

export const read = 'programs/on_read/vfs_read';
export const write = 'programs/on_write/vfs_write';
export const onWrite = { program: programName('on_write'), target: kernelFunction('vfs_write') };
export const twoPrograms = object({
  programs: [program('on_read', 'vfs_read'), program('on_write', 'vfs_write')],
});
const otherTarget = link({ targetBtfId: 12 });

export const facts: readonly Fact[] = [
  { name: 'nothing wanted, nothing there', desired: wanted(), observed: pinned(), operations: [] },
  {
    name: 'all as wanted',
    desired: wanted(object()),
    observed: applied(),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'added: a new object is loaded, then attached',
    desired: wanted(object()),
    observed: pinned(),
    operations: [
      `load added objects/opens/a/${read}/program`,
      `attach added objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'added: all are loaded before any is attached',
    desired: wanted(twoPrograms),
    observed: pinned(),
    operations: [
      `load added objects/opens/a/${read}/program`,
      `load added objects/opens/a/${write}/program`,
      `attach added objects/opens/a/${read}/link`,
      `attach added objects/opens/a/${write}/link`,
    ],
  },
  {
    name: 'added: one more program leaves its neighbour alone',
    desired: wanted(twoPrograms),
    observed: applied(),
    operations: [
      `load added objects/opens/a/${write}/program`,
      `attach added objects/opens/a/${write}/link`,
    ],
    unchanged: 1,
  },
  {
    name: 'added: a program that is only to be loaded',
    desired: wanted(object({ programs: [program('on_read', 'vfs_read', 'loaded')] })),
    observed: pinned(),
    operations: [`load added objects/opens/a/${read}/program`],
  },
  {
    name: 'object-changed: the new runs before the old goes',
    desired: wanted(object({ digest: digests.b })),
    observed: applied(),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `attach object-changed objects/opens/b/${read}/link`,
      `detach object-changed objects/opens/a/${read}/link`,
      `unpin object-changed objects/opens/a/${read}/program`,
      'unpin object-changed objects/opens/a/data/bss',
      'unpin object-changed objects/opens/a/source',
    ],
  },
  {
    name: 'object-changed: a program that is gone from the manifest meanwhile is removed',
    desired: wanted(object({ digest: digests.b, programs: [program('on_write', 'vfs_write')] })),
    observed: applied(),
    operations: [
      `load added objects/opens/b/${write}/program`,
      `attach added objects/opens/b/${write}/link`,
      `detach removed objects/opens/a/${read}/link`,
      `unpin removed objects/opens/a/${read}/program`,
      'unpin object-changed objects/opens/a/data/bss',
      'unpin object-changed objects/opens/a/source',
    ],
  },
  {
    name: 'not-attached',
    desired: wanted(object()),
    observed: applied({ instances: [instance({ slots: [slot({ link: undefined })] })] }),
    operations: [`attach not-attached objects/opens/a/${read}/link`],
  },
  {
    name: 'program-missing: its link makes way for the new one',
    desired: wanted(object()),
    observed: applied({ instances: [instance({ slots: [slot({ loaded: undefined })] })] }),
    operations: [
      `detach program-missing objects/opens/a/${read}/link`,
      `load program-missing objects/opens/a/${read}/program`,
      `attach program-missing objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'link-differs: another program is behind the link',
    desired: wanted(object()),
    observed: applied({
      instances: [instance({ slots: [slot({ link: link({ programId: 99 }) })] })],
    }),
    operations: [
      `detach link-differs objects/opens/a/${read}/link`,
      `attach link-differs objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'link-differs: the link is for another function',
    desired: wanted(object()),
    observed: applied({ instances: [instance({ slots: [slot({ link: otherTarget })] })] }),
    operations: [
      `detach link-differs objects/opens/a/${read}/link`,
      `attach link-differs objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'no evidence either way from a kernel that does not tell BTF ids',
    desired: wanted(object()),
    observed: applied({
      instances: [
        instance({
          slots: [
            slot({
              loaded: loaded({ attachBtfId: undefined }),
              link: link({ targetBtfId: undefined }),
            }),
          ],
        }),
      ],
    }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'state-loaded',
    desired: wanted(object({ programs: [program('on_read', 'vfs_read', 'loaded')] })),
    observed: applied(),
    operations: [`detach state-loaded objects/opens/a/${read}/link`],
  },
  {
    name: 'state-loaded: already so',
    desired: wanted(object({ programs: [program('on_read', 'vfs_read', 'loaded')] })),
    observed: applied({ instances: [instance({ slots: [slot({ link: undefined })] })] }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'removed: one of two programs',
    desired: wanted(object()),
    observed: applied({
      instances: [instance({ slots: [slot(), slot({ ...onWrite, link: undefined })] })],
    }),
    operations: [`unpin removed objects/opens/a/${write}/program`],
    unchanged: 1,
  },
  {
    name: 'removed: the same program on another function',
    desired: wanted(object({ programs: [program('on_read', 'vfs_write')] })),
    observed: applied(),
    operations: [
      'load added objects/opens/a/programs/on_read/vfs_write/program',
      'attach added objects/opens/a/programs/on_read/vfs_write/link',
      `detach removed objects/opens/a/${read}/link`,
      `unpin removed objects/opens/a/${read}/program`,
    ],
  },
  {
    name: 'object-removed',
    desired: wanted(),
    observed: applied(),
    operations: [
      `detach object-removed objects/opens/a/${read}/link`,
      `unpin object-removed objects/opens/a/${read}/program`,
      'unpin object-removed maps/opens/counts',
      'unpin object-removed objects/opens/a/data/bss',
      'unpin object-removed objects/opens/a/source',
    ],
  },
  {
    name: 'object-removed: another object of the manifest is not meant',
    desired: wanted(object()),
    observed: applied({ maps: [map('counts'), map('counts', { object: objectName('other') })] }),
    operations: ['unpin object-removed maps/other/counts'],
    unchanged: 1,
  },
  {
    name: 'what a crash left of two older versions goes, and the reason names one of them, always the same',
    desired: wanted(object()),
    observed: pinned({
      instances: [
        instance({ digest: digests.b, source: undefined, internalMaps: [], slots: [slot()] }),
      ],
    }),
    operations: [
      `load object-changed objects/opens/a/${read}/program`,
      `attach object-changed objects/opens/a/${read}/link`,
      `detach object-changed objects/opens/b/${read}/link`,
      `unpin object-changed objects/opens/b/${read}/program`,
    ],
  },
];
