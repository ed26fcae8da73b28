import type { ObjectDigest } from './ids.ts';

/** An object file, read once: the bytes that were hashed are the bytes that are loaded. */
export interface ObjectImage {
  /** Absolute path it was read from. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly digest: ObjectDigest;
}
