import type { KernelFunction, MapName, ObjectDigest, ProgramName } from '../../src/state/ids.ts';
import type { MapShape } from '../../src/state/map-shape.ts';

/** What the memory kernel has to know of an object file, which it cannot read, and of its fate. */
export interface MemoryObject {
  readonly maps: ReadonlyMap<MapName, MapShape>;
  /** Programs that the verifier rejects, and what it says. */
  readonly rejected: ReadonlyMap<ProgramName, string>;
  /** Functions that a program can be loaded for but not attached to. */
  readonly untraceable: ReadonlySet<KernelFunction>;
}

/** The objects that can be loaded, by the digest of their bytes. */
export type MemoryObjects = ReadonlyMap<ObjectDigest, MemoryObject>;
