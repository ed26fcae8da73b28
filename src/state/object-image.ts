import type { ObjectDigest } from './ids.ts';
import type { ObjectSettings } from './object-settings.ts';

/** An object file, read once: the bytes that were hashed are the bytes that are loaded. */
export interface ObjectImage {
  /** Absolute path it was read from. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly digest: ObjectDigest;
  /** What the digest covers besides the bytes; `undefined`: the object is loaded as it is. */
  readonly settings?: ObjectSettings | undefined;
}
