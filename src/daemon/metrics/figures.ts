import type { ManifestName, PinPath } from '../../state/ids.ts';

/** What the kernel tells of one program on one target. */
export interface ProgramFigures {
  readonly manifest: string;
  readonly object: string;
  readonly program: string;
  readonly target: string;
  readonly isAttached: boolean;
  /** `undefined` where the kernel does not count, or does not tell. */
  readonly runs: number | undefined;
  readonly runSeconds: number | undefined;
  readonly recursionMisses: number | undefined;
}

/** All that one look at the kernel gives. */
export interface Figures {
  readonly programs: readonly ProgramFigures[];
  /** Why the kernel does not count runs; `undefined` where it does. */
  readonly uncounted: string | undefined;
}

/** From the watch to the process that looks at the kernel for it: one at a time. */
export interface FiguresRequest {
  readonly root: PinPath;
  readonly names: readonly ManifestName[];
}

/** Back from there, once for each request. */
export type FiguresAnswer =
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'failed'; readonly message: string };
