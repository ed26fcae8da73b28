import type { Ending } from './ending.ts';
import type { Watched } from './watched.ts';

/** What a process is to do for the watch. */
export type Job =
  | {
      readonly kind: 'converge';
      readonly manifest: string;
      /** Other manifests, whose names are to be told as well. */
      readonly others: readonly string[];
      /** Whether what it prints has to say of which manifest it is. */
      readonly isOneOfMany: boolean;
    }
  /** Detaches and unpins what was that manifest's. */
  | { readonly kind: 'destroy'; readonly manifest: string; readonly name: string };

/** From the watch to the process that converges for it. */
export type ToWorker =
  | {
      readonly kind: 'start';
      readonly job: Job;
      readonly colour: { readonly out: boolean; readonly err: boolean };
    }
  /** What it named is watched: no change from now on is missed. With rivals, its name is not its own, and it is to change nothing. */
  | { readonly kind: 'go'; readonly rivals: readonly string[] };

/** Manifests with their names; `undefined` is that of one that cannot be understood. */
export type FoundNames = readonly (readonly [manifest: string, name: string | undefined])[];

/** Back from there. */
export type FromWorker =
  /** What it will read; not sent where the manifest cannot be understood. */
  | { readonly kind: 'watched'; readonly watched: Watched; readonly names: FoundNames }
  | { readonly kind: 'ended'; readonly ending: Ending };
