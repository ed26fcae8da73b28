import type { ObjectInfo } from '../../state/object-info.ts';

/** A manifest that is made of what is pinned, and what is to be said of each part of it. */
export interface Draft {
  readonly name: string;
  /** Lines of comment. */
  readonly comments: readonly string[];
  readonly objects: readonly DraftObject[];
}

export interface DraftObject {
  readonly name: string;
  readonly file: string;
  readonly comments: readonly string[];
  /** Where the file is still the one that was loaded. */
  readonly sha256: string | undefined;
  /** Of maps that have another number of entries than the file says. */
  readonly maxEntries: Readonly<Record<string, number>>;
  /** What could be set besides, where that is not known; for comments. */
  readonly unset: Pick<ObjectInfo, 'globals' | 'maps'> | undefined;
  readonly programs: readonly DraftProgram[];
}

export interface DraftProgram {
  readonly name: string;
  readonly comments: readonly string[];
  readonly targets: readonly DraftTarget[];
  readonly state: 'attached' | 'paused' | 'loaded';
  readonly replace: 'overlap' | undefined;
  readonly protect: boolean;
}

/** A function of the kernel or a module, or of a BPF program. */
export type DraftTarget = string | { readonly program: string | number; readonly function: string };
