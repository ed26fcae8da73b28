import { isMost } from '../plan/guard.ts';
import type { Held } from './holdings.ts';

/** Why what was removed from a folder is not destroyed. */
export interface Accident {
  /** Attachments that would go, and that the folder's manifests have. */
  readonly lost: number;
  readonly attached: number;
  readonly isEmpty: boolean;
}

/**
 * The guard over a folder: that one file was removed is meant, that nearly all were is not. Refused are the loss of all attachments,
 * or of more than half of at least 4, and whatever empties the folder, as an unmount does. Pure. What was kept
 * before counts for nothing: it is lost to the folder already.
 */
export function accidentIn(folder: string, held: readonly Held[]): Accident | undefined {
  const ours = held.filter((one) => one.folder === folder && one.state !== 'kept');
  const gone = ours.filter(({ state }) => state === 'gone');
  if (gone.length === 0) return undefined;
  const [lost, attached] = [sum(gone), sum(ours)];
  const isEmpty = gone.length === ours.length;
  return isEmpty || isMost(lost, attached) ? { lost, attached, isEmpty } : undefined;
}

function sum(held: readonly Held[]): number {
  return held.reduce((total, { attached }) => total + attached, 0);
}
