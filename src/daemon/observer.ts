import type { Ending } from './ending.ts';

/** What a watch follows now. */
export interface Following {
  /** Manifests, as they were named or found. */
  readonly manifests: readonly string[];
  readonly folders: readonly string[];
  /** Folders that cannot be looked into, and why. */
  readonly problems: ReadonlyMap<string, string>;
  /** Whether there are, or may be, several manifests. */
  readonly isSet: boolean;
}

/** What a watch knows of a convergence besides how it ended. */
export interface Round {
  /** How long it took. */
  readonly ms: number;
  /** It found what others had changed, not an edit: pins, or what a resync has to put right. */
  readonly foundDrift: boolean;
  /** It was tried again by itself, and failed as before: nothing to tell anew. */
  readonly isRepeat: boolean;
}

/** Told what a watch does: whoever has something to say or to count of it is one. */
export interface WatchObserver {
  /** Before the first convergence, and whenever manifests may have come or gone. */
  readonly onFollow?: ((following: Following) => void) | undefined;
  /** A convergence begins: it finds all that was written or asked for until now. */
  readonly onBegin?: ((manifest: string) => void) | undefined;
  /** How it ended, and whether the watch goes on. */
  readonly onEnded?:
    | ((manifest: string, ending: Ending, goesOn: boolean, round: Round) => void)
    | undefined;
  /** How it ended to destroy what a manifest left behind that has gone, or has another name. */
  readonly onDestroyed?: ((manifest: string, ending: Ending) => void) | undefined;
}
