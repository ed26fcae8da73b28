import type { DesiredProgram } from '../state/desired.ts';
import type { ObservedSlot } from '../state/observed.ts';
import { attachOperations } from './diff-attachment.ts';
import { mapPin, mapProblem } from './diff-maps.ts';
import type { Operation, Reason } from './operation.ts';
import type { Conflict } from './plan.ts';
import { unpinProgram, unpinProtection } from './remove.ts';
import type { Situation } from './situation.ts';
import { attachmentsOf, isOther, isOtherId, slotOf } from './situation.ts';
import { objectIdOf } from '../state/target-home.ts';

export interface ProgramDiff {
  readonly operations: readonly Operation[];
  readonly conflicts: readonly Conflict[];
}

/** What one program on one target needs: loaded, attached as the manifest wants it, marked. */
export function diffProgram(situation: Situation, wanted: DesiredProgram): ProgramDiff {
  const slot = slotOf(situation.current, wanted);
  const isStale = isForGone(wanted, slot);
  const alien = slot?.loaded !== undefined && isOther(slot.loaded.attachBtfId, wanted.targetBtfId);
  if (alien && !isStale) {
    const { program, target } = wanted;
    const path = situation.layout.program({ ...situation.id, program, target });
    return { operations: [], conflicts: [{ path, what: 'a program for another target' }] };
  }
  const isLoaded =
    slot?.loaded !== undefined &&
    !isStale &&
    !isSpent(wanted, slot) &&
    mapProblem(situation.maps, slot) === undefined;
  const loading = isLoaded ? undefined : reasonToLoad(situation, wanted, slot);
  const operations = [
    ...(loading === undefined ? [] : loadOperations(situation, wanted, loading)),
    ...attachOperations(situation, wanted, loading),
    ...protectionOperations(situation, wanted, slot),
  ];
  return { operations, conflicts: [] };
}

/** It was loaded for a module or program that was replaced meanwhile: what is there under its name now is something else. */
function isForGone(
  { home, targetBtfId }: DesiredProgram,
  { loaded, link }: Partial<Pick<ObservedSlot, 'loaded' | 'link'>> = {},
): boolean {
  if (home === undefined || loaded === undefined) return false;
  const { attachBtfId, attachObjectId } = loaded;
  const isOtherLink = isOtherId(link?.targetObjectId, objectIdOf(home));
  const isOtherBtf = isOtherId(attachObjectId, home.btfObjectId);
  // The BTF of a module that is unloaded loses its id, also where a program still has it.
  const isBtfGone =
    home.kind === 'module' && attachBtfId !== undefined && attachObjectId === undefined;
  return isOtherLink || isOtherBtf || isBtfGone || isOther(attachBtfId, targetBtfId);
}

/**
 * It was attached to a BPF program and is no longer: the kernel keeps what it was loaded for only until then, and refuses
 * to attach it again (bpf_tracing_prog_attach in kernel/bpf/syscall.c).
 */
function isSpent(
  { home, state }: DesiredProgram,
  { loaded, link }: Partial<Pick<ObservedSlot, 'loaded' | 'link'>> = {},
): boolean {
  if (home?.kind !== 'program' || state === 'loaded' || loaded === undefined) return false;
  return (
    link === undefined && loaded.attachBtfId !== undefined && loaded.attachObjectId === undefined
  );
}

function loadOperations(
  situation: Situation,
  wanted: DesiredProgram,
  reason: Reason,
): readonly Operation[] {
  const { layout, object, id, current } = situation;
  const { program, target, targetBtfId, home } = wanted;
  const maps = object.maps.map((map) => ({ name: map.name, pin: mapPin(layout, id, map) }));
  const pin = layout.program({ ...id, program, target });
  const note = { pin: layout.note(id), text: object.file };
  return [
    ...unpinProgram(layout, id, slotOf(current, wanted), reason),
    { kind: 'load', ...id, program, target, targetBtfId, home, pin, maps, note, reason },
  ];
}

/** What `ls -l` shows beside the pins. */
const protectionText = 'fentryctl detaches this only with --force';

/** The mark is set and removed by itself: a program that runs is not loaded again for it. */
function protectionOperations(
  situation: Situation,
  wanted: DesiredProgram,
  slot: ObservedSlot | undefined,
): readonly Operation[] {
  const { layout, id } = situation;
  const { program, target, protect } = wanted;
  if (protect === (slot?.protected ?? false)) return [];
  if (!protect) return [unpinProtection(layout, id, wanted, { code: 'protect-unset' })];
  const reason: Reason =
    slot === undefined ? reasonToLoad(situation, wanted, slot) : { code: 'protect-set' };
  const pin = layout.protection({ ...id, program, target });
  return [
    { kind: 'protect', object: id.object, program, target, pin, text: protectionText, reason },
  ];
}

function reasonToLoad(
  situation: Situation,
  wanted: DesiredProgram,
  slot: ObservedSlot | undefined,
): Reason {
  if (isForGone(wanted, slot)) return { code: 'target-replaced' };
  if (isSpent(wanted, slot)) return { code: 'not-attached' };
  if (slot !== undefined) return mapProblem(situation.maps, slot) ?? { code: 'program-missing' };
  const before = situation.others.find((other) => slotOf(other, wanted) !== undefined);
  if (before === undefined) {
    const isRunning = attachmentsOf(situation, wanted).some(
      ({ slot: room }) => room?.programId !== undefined,
    );
    return { code: isRunning ? 'program-missing' : 'added' };
  }
  return { code: 'object-changed', from: before.digest, to: situation.id.digest };
}
