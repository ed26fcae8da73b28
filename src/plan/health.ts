import type { ObservedAttachment, ObservedSlot } from '../state/observed.ts';

/** Whether a program on a target is live, judged by what is pinned alone. */
export type Health =
  | 'attached'
  | 'paused'
  | 'loaded'
  | 'program-missing'
  | 'link-differs'
  | 'slot-missing'
  | 'slot-differs'
  | 'dispatcher-missing'
  | 'dispatcher-differs';

/** By itself, or by exchange if there is such an attachment of it. */
export function healthOf(slot: ObservedSlot, attachment: ObservedAttachment | undefined): Health {
  const { loaded, link } = slot;
  if (loaded === undefined) return 'program-missing';
  if (link !== undefined) return link.programId === loaded.id ? 'attached' : 'link-differs';
  return attachment === undefined ? 'loaded' : healthByExchange(loaded.id, attachment);
}

function healthByExchange(programId: number, { slot, link, usesSlot }: ObservedAttachment): Health {
  if (slot === undefined) return 'slot-missing';
  if (link === undefined) return 'dispatcher-missing';
  if (usesSlot === false) return 'dispatcher-differs';
  if (slot.programId === undefined) return 'paused';
  return slot.programId === programId ? 'attached' : 'slot-differs';
}
