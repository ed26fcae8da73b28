import type { Ending } from './ending.ts';
import type { Watched } from './watched.ts';

/** From the watch to the process that converges for it. */
export type ToWorker =
  | { readonly kind: 'start'; readonly colour: { readonly out: boolean; readonly err: boolean } }
  /** What it named is watched: no change from now on is missed. */
  | { readonly kind: 'go' };

/** Back from there. */
export type FromWorker =
  /** What it will read; not sent where the manifest cannot be understood. */
  | { readonly kind: 'watched'; readonly watched: Watched }
  | { readonly kind: 'ended'; readonly ending: Ending };
