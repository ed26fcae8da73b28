import type { DesiredProgram } from '../state/desired.ts';
import type { KnownProgram, ObservedAttachment } from '../state/observed.ts';
import type {
  AttachOperation,
  ExchangeOperation,
  Operation,
  PauseOperation,
  Reason,
} from './operation.ts';
import { removeAttachment } from './remove.ts';
import type { Situation } from './situation.ts';
import { attachmentOf, formerOf, isOther, isOtherId, slotOf } from './situation.ts';
import { objectIdOf } from '../state/target-home.ts';

/** What it takes until a dispatcher runs it, or stands still for it. `loading` is why it is loaded anew, if it is. */
export function byExchange(
  situation: Situation,
  wanted: DesiredProgram,
  loading: Reason | undefined,
): readonly Operation[] {
  const { layout, current } = situation;
  const attachment = attachmentOf(situation, wanted);
  if (attachment === undefined) {
    return [attachByExchange(situation, wanted, reasonToDispatch(situation, wanted, loading))];
  }
  const problem = whyNoDispatcher(wanted, attachment);
  if (problem !== undefined) {
    const reason = loading ?? problem;
    return [
      ...removeAttachment(layout, attachment, reason),
      attachByExchange(situation, wanted, reason),
    ];
  }
  if (wanted.state === 'paused') {
    return pause(situation, attachment, { reason: { code: 'state-paused' }, gap: false });
  }
  const from = inSlot(situation, attachment);
  const programId = slotOf(current, wanted)?.loaded?.id;
  if (loading === undefined && from?.id === programId) return [];
  const reason = loading ?? reasonToExchange(situation, wanted, from);
  return [exchange(situation, wanted, { from, reason })];
}

/**
 * What ran the program when it was of another kind goes, and only once it is attached as what it is now: no call is
 * missed meanwhile, and one may be seen as both.
 */
export function endFormer(situation: Situation, wanted: DesiredProgram): readonly Operation[] {
  return formerOf(situation, wanted).flatMap((former) =>
    removeAttachment(situation.layout, former, kindChange(wanted, former)),
  );
}

function kindChange(
  { attachType, state }: DesiredProgram,
  { attachType: from, slot, link }: ObservedAttachment,
): Reason {
  const isRunning = slot?.programId !== undefined && link !== undefined;
  return {
    code: 'kind-changed',
    from,
    to: attachType,
    overlap: isRunning && state === 'attached',
  };
}

function reasonToDispatch(
  situation: Situation,
  wanted: DesiredProgram,
  loading: Reason | undefined,
): Reason {
  const [former] = formerOf(situation, wanted);
  if (former !== undefined) return kindChange(wanted, former);
  if (loading !== undefined) return loading;
  const instances = [situation.current, ...situation.others];
  const isAttached = instances.some((one) => slotOf(one, wanted)?.link !== undefined);
  return isAttached ? { code: 'replace', by: 'exchange' } : { code: 'not-attached' };
}

/** What keeps the dispatcher that is there from running what would be put into its slot. */
function whyNoDispatcher(
  wanted: DesiredProgram,
  { slot, link, usesSlot }: ObservedAttachment,
): Reason | undefined {
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
    pin: layout.dispatchLink({ ...names, attachType }),
    slot: {
      pin: layout.dispatchSlot({ ...names, attachType }),
      state: state === 'paused' ? 'paused' : 'attached',
    },
    reason,
  };
}

function exchange(
  { layout, id }: Situation,
  { program, target, attachType }: DesiredProgram,
  { from, reason }: Pick<ExchangeOperation, 'from' | 'reason'>,
): Operation {
  const names = { object: id.object, program, target };
  return {
    kind: 'exchange',
    ...names,
    pin: layout.dispatchSlot({ ...names, attachType }),
    programPin: layout.program({ ...id, program, target }),
    from,
    reason,
  };
}

/** Takes out what is in the slot, if anything is. */
export function pause(
  situation: Situation,
  attachment: ObservedAttachment,
  { reason, gap }: Pick<PauseOperation, 'reason' | 'gap'>,
): readonly Operation[] {
  const { object, program, target } = attachment;
  const from = inSlot(situation, attachment);
  if (from === undefined) return [];
  const pin = situation.layout.dispatchSlot(attachment);
  return [{ kind: 'pause', object, program, target, pin, from, gap, reason }];
}

function reasonToExchange(
  { current, others, id }: Situation,
  wanted: DesiredProgram,
  inside: KnownProgram | undefined,
): Reason {
  if (inside === undefined) return { code: 'slot-empty' };
  const before = others.find((other) => slotOf(other, wanted)?.loaded?.id === inside.id);
  if (before !== undefined) return { code: 'object-changed', from: before.digest, to: id.digest };
  const programId = slotOf(current, wanted)?.loaded?.id ?? 0;
  return { code: 'slot-differs', slotProgramId: inside.id, programId };
}

/** The program that is in the slot, and where it is pinned. */
function inSlot(
  { layout, current, others }: Situation,
  attachment: ObservedAttachment,
): KnownProgram | undefined {
  const { program, target } = attachment;
  const programId = attachment.slot?.programId;
  if (programId === undefined) return undefined;
  const instances = [...(current === undefined ? [] : [current]), ...others];
  const known = instances.find((one) => slotOf(one, attachment)?.loaded?.id === programId);
  if (known === undefined) return { id: programId, pin: undefined };
  const { object, digest } = known;
  return { id: programId, pin: layout.program({ object, digest, program, target }) };
}
