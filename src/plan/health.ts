import type { ObservedSlot } from '../state/observed.ts';

/** Whether a program on a target is live, judged by what is pinned alone. */
export type Health = 'attached' | 'loaded' | 'program-missing' | 'link-differs';

export function healthOf({ loaded, link }: ObservedSlot): Health {
  if (loaded === undefined) return 'program-missing';
  if (link === undefined) return 'loaded';
  return link.programId === loaded.id ? 'attached' : 'link-differs';
}
