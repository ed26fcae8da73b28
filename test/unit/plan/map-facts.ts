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
} from './sample.ts';

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
];
