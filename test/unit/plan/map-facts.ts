import { pinPath } from '../../../src/state/ids.ts';
import type { Fact } from './diff-facts.ts';
import { onWrite, read, twoPrograms } from './diff-facts.ts';
import {
  applied,
  instance,
  internalMap,
  link,
  loaded,
  map,
  object,
  pinned,
  slot,
  wanted,
  desiredMap,
  digests,
  shape,
} from './sample.ts';

export const sharedAt = pinPath('/sys/fs/bpf/shared/counts');
export const sharedCounts = desiredMap('counts', { sharedAt });
export const bss = desiredMap('.bss', { internal: true });
const larger = desiredMap('counts', { shape: { ...shape, maxEntries: 32 }, recreate: true });

/** What the diff does about maps. */
export const mapFacts: readonly Fact[] = [
  {
    name: 'map-missing: all programs of the instance are loaded again, to share a new one',
    desired: wanted(object()),
    observed: applied({ maps: [] }),
    operations: [
      `detach map-missing objects/opens/a/${read}/link`,
      `unpin map-missing objects/opens/a/${read}/program`,
      `load map-missing objects/opens/a/${read}/program`,
      `attach map-missing objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'map-missing: an internal map counts too',
    desired: wanted(object()),
    observed: applied({ instances: [instance({ internalMaps: [] })] }),
    operations: [
      `detach map-missing objects/opens/a/${read}/link`,
      `unpin map-missing objects/opens/a/${read}/program`,
      `load map-missing objects/opens/a/${read}/program`,
      `attach map-missing objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'map-missing: not when nothing runs on the maps',
    desired: wanted(object()),
    observed: pinned({ instances: [instance({ slots: [], internalMaps: [] })] }),
    operations: [
      `load added objects/opens/a/${read}/program`,
      `attach added objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'map-missing: not what a program uses, which may be any, tells',
    desired: wanted(object()),
    observed: applied({
      maps: [],
      instances: [instance({ slots: [slot({ loaded: loaded({ mapIds: [] }) })] })],
    }),
    operations: [
      `detach map-missing objects/opens/a/${read}/link`,
      `unpin map-missing objects/opens/a/${read}/program`,
      `load map-missing objects/opens/a/${read}/program`,
      `attach map-missing objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'map-differs: a program on a named map that is not the one pinned',
    desired: wanted(object()),
    observed: applied({ maps: [map('counts', { id: 301 })] }),
    operations: [
      `detach map-differs objects/opens/a/${read}/link`,
      `unpin map-differs objects/opens/a/${read}/program`,
      `load map-differs objects/opens/a/${read}/program`,
      `attach map-differs objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'map-differs: a program on an internal map that is not the one pinned, and not its neighbour',
    desired: wanted(twoPrograms),
    observed: applied({
      instances: [
        instance({
          internalMaps: [internalMap('.bss', 401)],
          slots: [
            slot(),
            slot({
              ...onWrite,
              loaded: loaded({ attachBtfId: 12, mapIds: [401] }),
              link: link({ targetBtfId: 12 }),
            }),
          ],
        }),
      ],
    }),
    operations: [
      `detach map-differs objects/opens/a/${read}/link`,
      `unpin map-differs objects/opens/a/${read}/program`,
      `load map-differs objects/opens/a/${read}/program`,
      `attach map-differs objects/opens/a/${read}/link`,
    ],
    unchanged: 1,
  },
  {
    name: 'map-differs: not for a program that uses fewer maps than its object has',
    desired: wanted(object()),
    observed: applied({
      instances: [instance({ slots: [slot({ loaded: loaded({ mapIds: [] }) })] })],
    }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'map-differs: a map that is pinned under a name that the object does not have',
    desired: wanted(object()),
    observed: applied({ maps: [map('counts', { id: 301 }), map('former', { id: 300 })] }),
    operations: [
      `detach map-differs objects/opens/a/${read}/link`,
      `unpin map-differs objects/opens/a/${read}/program`,
      `load map-differs objects/opens/a/${read}/program`,
      `attach map-differs objects/opens/a/${read}/link`,
      'unpin map-removed maps/opens/former',
    ],
  },
  {
    name: 'map-removed',
    desired: wanted(object()),
    observed: applied({ maps: [map('counts'), map('former')] }),
    operations: ['unpin map-removed maps/opens/former'],
    unchanged: 1,
  },
  {
    name: 'map-recreated: a new version runs on the new map before the old one goes',
    desired: wanted(object({ digest: digests.b, maps: [larger, bss] })),
    observed: applied(),
    operations: [
      'unpin map-recreated maps/opens/counts',
      `load object-changed objects/opens/b/${read}/program`,
      `attach object-changed objects/opens/b/${read}/link`,
      `detach object-changed objects/opens/a/${read}/link`,
      `unpin object-changed objects/opens/a/${read}/program`,
      'unpin object-changed objects/opens/a/data/bss',
      'unpin object-changed objects/opens/a/source',
    ],
  },
  {
    name: 'map-recreated: what somebody put at the pin goes, and the program is loaded again, whatever it uses',
    desired: wanted(object({ maps: [larger, bss] })),
    observed: applied({
      instances: [instance({ slots: [slot({ loaded: loaded({ mapIds: [400] }) })] })],
    }),
    operations: [
      `detach map-recreated objects/opens/a/${read}/link`,
      'unpin map-recreated maps/opens/counts',
      `unpin map-recreated objects/opens/a/${read}/program`,
      `load map-recreated objects/opens/a/${read}/program`,
      `attach map-recreated objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'map-recreated: not a map that fits',
    desired: wanted(object({ maps: [desiredMap('counts', { recreate: true }), bss] })),
    observed: applied(),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'map-shared: the map of our own goes, and the program moves to the shared one',
    desired: wanted(object({ digest: digests.b, maps: [sharedCounts, bss] })),
    observed: applied({ shared: [{ path: sharedAt, id: 500, shape }] }),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `attach object-changed objects/opens/b/${read}/link`,
      `detach object-changed objects/opens/a/${read}/link`,
      `unpin object-changed objects/opens/a/${read}/program`,
      'unpin map-shared maps/opens/counts',
      'unpin object-changed objects/opens/a/data/bss',
      'unpin object-changed objects/opens/a/source',
    ],
  },
  {
    name: 'a shared map that a program uses',
    desired: wanted(object({ maps: [sharedCounts, bss] })),
    observed: applied({ maps: [], shared: [{ path: sharedAt, id: 300, shape }] }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'map-missing: a shared map that somebody unpinned',
    desired: wanted(object({ maps: [sharedCounts, bss] })),
    observed: applied({ maps: [] }),
    operations: [
      `detach map-missing objects/opens/a/${read}/link`,
      `unpin map-missing objects/opens/a/${read}/program`,
      `load map-missing objects/opens/a/${read}/program`,
      `attach map-missing objects/opens/a/${read}/link`,
    ],
  },
  {
    name: 'map-differs: a shared map that is another one by now',
    desired: wanted(object({ maps: [sharedCounts, bss] })),
    observed: applied({ maps: [], shared: [{ path: sharedAt, id: 301, shape }] }),
    operations: [
      `detach map-differs objects/opens/a/${read}/link`,
      `unpin map-differs objects/opens/a/${read}/program`,
      `load map-differs objects/opens/a/${read}/program`,
      `attach map-differs objects/opens/a/${read}/link`,
    ],
  },
];
