import type { DesiredProgram } from '../state/desired.ts';
import { byExchange, pause } from './diff-exchange.ts';
import type { Operation, Reason } from './operation.ts';
import { detachSlot, removeAttachment } from './remove.ts';
import type { Situation } from './situation.ts';
import { attachmentOf, isOther, slotOf } from './situation.ts';

/**
 * What it takes until a program is attached as the manifest wants it, once it is loaded: by itself or by exchange, and
 * in no other way. `loading` is why it is loaded anew, if it is.
 */
export function attachOperations(
  situation: Situation,
  wanted: DesiredProgram,
  loading: Reason | undefined,
): readonly Operation[] {
  const { layout, id, current } = situation;
  const { replace, state } = wanted;
  const notByItself = (reason: Reason): readonly Operation[] =>
    detachSlot(layout, id, slotOf(current, wanted), reason);
  const notByExchange = (reason: Reason): readonly Operation[] =>
    removeAttachment(layout, attachmentOf(situation, wanted), reason);
  if (state === 'loaded') {
    const reason = loading ?? { code: 'state-loaded' };
    return [...notByItself(reason), ...notByExchange(reason)];
  }
  const reason: Reason = { code: 'replace', by: replace };
  if (replace === 'exchange') {
    return [...byExchange(situation, wanted, loading), ...notByItself(reason)];
  }
  return [...byItself(situation, wanted, loading), ...notByExchange(reason)];
}

function byItself(
  situation: Situation,
  wanted: DesiredProgram,
  loading: Reason | undefined,
): readonly Operation[] {
  const { layout, id, current } = situation;
  const slot = slotOf(current, wanted);
  const reason = loading ?? reasonToAttach(situation, wanted);
  if (reason === undefined) return [];
  const { program, target, attachType } = wanted;
  const names = { object: id.object, program, target };
  const pins = {
    programPin: layout.program({ ...id, program, target }),
    pin: layout.link({ ...id, program, target }),
  };
  return [
    ...detachSlot(layout, id, slot, reason),
    ...pauseFirst(situation, wanted),
    { kind: 'attach', ...names, attachType, ...pins, slot: undefined, reason },
  ];
}

/** `undefined` when it is attached already. */
function reasonToAttach(situation: Situation, wanted: DesiredProgram): Reason | undefined {
  const slot = slotOf(situation.current, wanted);
  if (slot?.link === undefined) {
    const attachment = attachmentOf(situation, wanted);
    if (attachment === undefined) return { code: 'not-attached' };
    return { code: 'replace', by: wanted.replace };
  }
  const { link, loaded } = slot;
  const programId = loaded?.id ?? 0;
  if (link.programId === programId && !isOther(link.targetBtfId, wanted.targetBtfId)) {
    return undefined;
  }
  return { code: 'link-differs', linkProgramId: link.programId, programId };
}

/** What must never run twice leaves its slot before it is attached by itself; its dispatcher goes later. */
function pauseFirst(situation: Situation, wanted: DesiredProgram): readonly Operation[] {
  if (wanted.replace !== 'gap') return [];
  const reason: Reason = { code: 'replace', by: 'gap' };
  return pause(situation, wanted, { reason, gap: true });
}
