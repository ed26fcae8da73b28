import type { KernelFunction, MapName, ObjectDigest, ProgramName } from '../../src/state/ids.ts';
import type { MapDescription } from '../../src/state/object-info.ts';

/** What the kernel compares when a pinned map is to be used again. */
export type MapDefinition = Pick<
  MapDescription,
  'type' | 'keySize' | 'valueSize' | 'maxEntries' | 'flags'
>;

/** What the memory kernel has to know of an object file, which it cannot read, and of its fate. */
export interface MemoryObject {
  readonly maps: ReadonlyMap<MapName, MapDefinition>;
  /** Programs that the verifier rejects, and what it says. */
  readonly rejected: ReadonlyMap<ProgramName, string>;
  /** Functions that a program can be loaded for but not attached to. */
  readonly untraceable: ReadonlySet<KernelFunction>;
}

/** The objects that can be loaded, by the digest of their bytes. */
export type MemoryObjects = ReadonlyMap<ObjectDigest, MemoryObject>;

export function isSameDefinition(a: MapDefinition, b: MapDefinition): boolean {
  const keys = ['type', 'keySize', 'valueSize', 'maxEntries', 'flags'] as const;
  return keys.every((key) => a[key] === b[key]);
}
