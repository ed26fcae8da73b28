import type { DesiredProgram } from '../state/desired.ts';
import type { ObservedSlot } from '../state/observed.ts';
import { attachOperations } from './diff-attachment.ts';
import { strayMapOf } from './diff-maps.ts';
import type { Operation, Reason } from './operation.ts';
import type { Conflict } from './plan.ts';
import { unpinProgram, unpinProtection } from './remove.ts';
import type { Situation } from './situation.ts';
import { attachmentOf, isOther, slotOf } from './situation.ts';

export interface ProgramDiff {
  readonly operations: readonly Operation[];
  readonly conflicts: readonly Conflict[];
}

/** What one program on one target needs: loaded, attached as the manifest wants it, marked. */
export function diffProgram(situation: Situation, wanted: DesiredProgram): ProgramDiff {
  const slot = slotOf(situation.current, wanted);
  const alien = slot?.loaded !== undefined && isOther(slot.loaded.attachBtfId, wanted.targetBtfId);
  if (alien) {
    const { program, target } = wanted;
    const path = situation.layout.program({ ...situation.id, program, target });
    return { operations: [], conflicts: [{ path, what: 'a program for another target' }] };
  }
  const isLoaded = slot?.loaded !== undefined && mapProblem(situation, slot) === undefined;
  const loading = isLoaded ? undefined : reasonToLoad(situation, wanted, slot);
  const operations = [
    ...(loading === undefined ? [] : loadOperations(situation, wanted, loading)),
    ...attachOperations(situation, wanted, loading),
    ...protectionOperations(situation, wanted, slot),
  ];
  return { operations, conflicts: [] };
}

function loadOperations(
  situation: Situation,
  wanted: DesiredProgram,
  reason: Reason,
): readonly Operation[] {
  const { layout, object, id, current } = situation;
  const { program, target, targetBtfId } = wanted;
  const maps = object.maps.map(({ name, internal }) => ({
    name,
    pin: internal ? layout.internalMap(id, name) : layout.map(id.object, name),
  }));
  const pin = layout.program({ ...id, program, target });
  const note = { pin: layout.note(id), text: object.file };
  return [
    ...unpinProgram(layout, id, slotOf(current, wanted), reason),
    { kind: 'load', ...id, program, target, targetBtfId, pin, maps, note, reason },
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
  if (slot !== undefined) return mapProblem(situation, slot) ?? { code: 'program-missing' };
  const before = situation.others.find((other) => slotOf(other, wanted) !== undefined);
  if (before === undefined) {
    const isRunning = attachmentOf(situation, wanted)?.slot?.programId !== undefined;
    return { code: isRunning ? 'program-missing' : 'added' };
  }
  return { code: 'object-changed', from: before.digest, to: situation.id.digest };
}

/** Why what is there cannot stay, though it is the right program. */
function mapProblem({ maps }: Situation, slot: ObservedSlot): Reason | undefined {
  if (maps.missing !== undefined) return { code: 'map-missing', map: maps.missing };
  const mapId = strayMapOf(maps, slot);
  return mapId === undefined ? undefined : { code: 'map-differs', mapId };
}
