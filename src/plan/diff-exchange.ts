import type { DesiredProgram } from '../state/desired.ts';
import type { KnownProgram, ObservedAttachment } from '../state/observed.ts';
import type { AttachOperation, Operation, Reason } from './operation.ts';
import { removeAttachment } from './remove.ts';
import type { Situation } from './situation.ts';
import { attachmentOf, isOther, isOtherId, slotOf } from './situation.ts';
import { objectIdOf } from '../state/target-home.ts';

/** What it takes until a dispatcher runs it, or stands still for it. `loading` is why it is loaded anew, if it is. */
export function byExchange(
  situation: Situation,
  wanted: DesiredProgram,
  loading: Reason | undefined,
): readonly Operation[] {
  const { layout, current } = situation;
  const attachment = attachmentOf(situation, wanted);
  const problem = whyNoDispatcher(situation, wanted, attachment);
  if (problem !== undefined) {
    const reason = loading ?? problem;
    return [
      ...removeAttachment(layout, attachment, reason),
      attachByExchange(situation, wanted, reason),
    ];
  }
  if (wanted.state === 'paused') {
    return pause(situation, wanted, { reason: { code: 'state-paused' }, gap: false });
  }
  const inside = attachment?.slot?.programId;
  const programId = slotOf(current, wanted)?.loaded?.id;
  if (loading === undefined && inside === programId) return [];
  return [exchange(situation, wanted, loading ?? reasonToExchange(situation, wanted))];
}

/** What keeps the dispatcher that is there, if one is, from running what would be put into its slot. */
function whyNoDispatcher(
  { current, others }: Situation,
  wanted: DesiredProgram,
  attachment: ObservedAttachment | undefined,
): Reason | undefined {
  if (attachment === undefined) {
    const isAttached = [current, ...others].some((one) => slotOf(one, wanted)?.link !== undefined);
    return isAttached ? { code: 'replace', by: 'exchange' } : { code: 'not-attached' };
  }
  const { slot, link, usesSlot } = attachment;
  if (slot === undefined) return { code: 'slot-missing' };
  if (link === undefined) return { code: 'dispatcher-missing' };
  const { home } = wanted;
  if (home !== undefined && isOtherId(link.targetObjectId, objectIdOf(home))) {
    return { code: 'target-replaced' };
  }
  const isForAnother =
    usesSlot === false ||
    isOther(link.targetBtfId, wanted.targetBtfId) ||
    isOther(link.attachType, wanted.attachType);
  return isForAnother ? { code: 'dispatcher-differs' } : undefined;
}

function attachByExchange(
  { layout, id }: Situation,
  { program, target, attachType, state }: DesiredProgram,
  reason: Reason,
): AttachOperation {
  const names = { object: id.object, program, target };
  return {
    kind: 'attach',
    ...names,
    attachType,
    programPin: layout.program({ ...id, program, target }),
    pin: layout.dispatchLink(names),
    slot: {
      pin: layout.dispatchSlot(names),
      state: state === 'paused' ? 'paused' : 'attached',
    },
    reason,
  };
}

function exchange(situation: Situation, wanted: DesiredProgram, reason: Reason): Operation {
  const { layout, id } = situation;
  const { program, target } = wanted;
  const names = { object: id.object, program, target };
  return {
    kind: 'exchange',
    ...names,
    pin: layout.dispatchSlot(names),
    programPin: layout.program({ ...id, program, target }),
    from: inSlot(situation, wanted),
    reason,
  };
}

/** Takes out what is in the slot, if anything is. */
export function pause(
  situation: Situation,
  wanted: DesiredProgram,
  { reason, gap }: { readonly reason: Reason; readonly gap: boolean },
): readonly Operation[] {
  const { layout, id } = situation;
  const { program, target } = wanted;
  const from = inSlot(situation, wanted);
  if (from === undefined) return [];
  const names = { object: id.object, program, target };
  return [{ kind: 'pause', ...names, pin: layout.dispatchSlot(names), from, gap, reason }];
}

function reasonToExchange(situation: Situation, wanted: DesiredProgram): Reason {
  const { current, others, id } = situation;
  const inside = inSlot(situation, wanted);
  if (inside === undefined) return { code: 'slot-empty' };
  const before = others.find((other) => slotOf(other, wanted)?.loaded?.id === inside.id);
  if (before !== undefined) return { code: 'object-changed', from: before.digest, to: id.digest };
  const programId = slotOf(current, wanted)?.loaded?.id ?? 0;
  return { code: 'slot-differs', slotProgramId: inside.id, programId };
}

/** The program that is in the slot, and where it is pinned. */
function inSlot(situation: Situation, wanted: DesiredProgram): KnownProgram | undefined {
  const { layout, current, others } = situation;
  const { program, target } = wanted;
  const programId = attachmentOf(situation, wanted)?.slot?.programId;
  if (programId === undefined) return undefined;
  const instances = [...(current === undefined ? [] : [current]), ...others];
  const known = instances.find((one) => slotOf(one, wanted)?.loaded?.id === programId);
  if (known === undefined) return { id: programId, pin: undefined };
  const { object, digest } = known;
  return { id: programId, pin: layout.program({ object, digest, program, target }) };
}
