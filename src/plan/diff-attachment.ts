import type { DesiredProgram } from '../state/desired.ts';
import { byExchange, endFormer, pause } from './diff-exchange.ts';
import type { Operation, Reason } from './operation.ts';
import { detachSlot, removeAttachment } from './remove.ts';
import type { Situation } from './situation.ts';
import { attachmentsOf, isOther, slotOf } from './situation.ts';

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
    attachmentsOf(situation, wanted).flatMap((one) => removeAttachment(layout, one, reason));
  if (state === 'loaded') {
    const reason = loading ?? { code: 'state-loaded' };
    return [...notByItself(reason), ...notByExchange(reason)];
  }
  const reason: Reason = { code: 'replace', by: replace };
  if (replace === 'exchange') {
    return [
      ...byExchange(situation, wanted, loading),
      ...endFormer(situation, wanted),
      ...notByItself(reason),
    ];
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
    if (attachmentsOf(situation, wanted).length === 0) return { code: 'not-attached' };
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
  return attachmentsOf(situation, wanted).flatMap((one) =>
    pause(situation, one, { reason, gap: true }),
  );
}
