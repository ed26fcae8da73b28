import { digestObject, sha256 } from '../../manifest/digest.ts';
import type { ReadObject } from '../../manifest/read-object.ts';
import type { ObservedMap } from '../../state/observed.ts';
import type { DraftObject } from './draft.ts';

/** An object that is pinned, as far as that tells. */
export interface Loaded {
  readonly object: string;
  readonly digest: string | undefined;
  /** Where its file was. */
  readonly file: string | undefined;
}

/** What the file that an object was loaded from tells by now. */
export type Source = Pick<DraftObject, 'comments' | 'sha256' | 'maxEntries' | 'unset'>;

const nothing = { sha256: undefined, maxEntries: {}, unset: undefined } as const;

/**
 * Judges by the digest, which covers the file's bytes, globals and settings of maps: where the file alone, or with the numbers of entries
 * that the maps have, comes to the same digest, nothing is left to guess.
 */
export function sourceFrom(
  read: ReadObject,
  { object, digest }: Loaded,
  maps: readonly ObservedMap[],
): Source {
  if ('problem' in read) return { ...nothing, comments: [read.problem.message] };
  const { image, info } = read;
  const maxEntries = Object.fromEntries(
    info.maps.flatMap(({ name, shape, internal }) => {
      const pinned = maps.find((map) => map.object === object && map.name === name);
      const count = pinned?.shape.maxEntries ?? shape.maxEntries;
      return internal || count === shape.maxEntries ? [] : [[name, count] as const];
    }),
  );
  const isAsSet = Object.keys(maxEntries).length > 0;
  const found = isAsSet ? digestObject(image.bytes, { maxEntries }) : image.digest;
  if (found === digest) {
    return { comments: [], sha256: sha256(image.bytes), maxEntries, unset: undefined };
  }
  return { comments: otherDigest, sha256: undefined, maxEntries, unset: info };
}

const otherDigest = [
  'either the file is another one by now, or globals or pins of maps were set, which cannot be told from what is pinned:',
  'as it stands, apply loads it anew',
];
