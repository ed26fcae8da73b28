import type { DesiredObject } from '../state/desired.ts';
import type { Expansion } from '../state/expansion.ts';
import { isMissing } from '../state/expansion.ts';
import type { ObservedInstance, ObservedSlot, ObservedState } from '../state/observed.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import type { MapChange } from './diff-maps.ts';
import { unpinnedMaps } from './diff-maps.ts';
import type { ProgramDiff } from './diff-program.ts';
import { diffProgram } from './diff-program.ts';
import type { Operation, Reason } from './operation.ts';
import { removeAttachment, removeInstance, removeWholeSlot } from './remove.ts';
import type { Situation } from './situation.ts';
import { findSame, isDispatcher, isSame, situate } from './situation.ts';

export interface ObjectDiff extends ProgramDiff {
  readonly mapChanges: readonly MapChange[];
  readonly unchanged: number;
}

/** What one object of the manifest needs: its programs loaded and attached, then what it replaces removed. */
export function diffObject(
  layout: PinLayout,
  object: DesiredObject,
  observed: ObservedState,
  expansions: readonly Expansion[] = [],
): ObjectDiff {
  const situation = situate(layout, object, observed);
  const removed = reasonToRemove(object, expansions);
  const { maps } = situation;
  const programs = object.programs.map((program) => diffProgram(situation, program));
  const operations = [
    ...programs.flatMap((program) => program.operations),
    ...unwanted(situation, removed),
    ...situation.others.flatMap((other) =>
      removeInstance(layout, other, reasonToReplace(situation, other, removed)),
    ),
    ...unpinnedMaps(layout, object, maps, observed),
  ];
  return {
    operations: withGaps(situation, operations),
    conflicts: [...programs.flatMap((program) => program.conflicts), ...maps.conflicts],
    mapChanges: maps.refused,
    unchanged: programs.filter(
      (program) => program.operations.length === 0 && program.conflicts.length === 0,
    ).length,
  };
}

/** A program that must never run twice: each link of it goes before it is attached. */
function withGaps(
  { layout, object }: Situation,
  operations: readonly Operation[],
): readonly Operation[] {
  const attached = operations.filter((operation) => operation.kind === 'attach');
  const gaps = object.programs.filter(
    (wanted) => wanted.replace === 'gap' && attached.some((operation) => isSame(operation, wanted)),
  );
  return operations.map((operation) => {
    if (operation.kind !== 'detach' || isDispatcher(layout, operation)) return operation;
    return gaps.some((wanted) => isSame(operation, wanted))
      ? { ...operation, gap: true }
      : operation;
  });
}

/** Why what the manifest no longer wants goes. */
type ReasonToRemove = (attached: Pick<ObservedSlot, 'program' | 'target'>) => Reason;

function reasonToRemove({ name }: DesiredObject, expansions: readonly Expansion[]): ReasonToRemove {
  return ({ program, target }) => {
    return {
      code: isMissing(expansions, { object: name, program, target }) ? 'target-gone' : 'removed',
    };
  };
}

function unwanted(
  { layout, id, object, current, attachments }: Situation,
  removed: ReasonToRemove,
): readonly Operation[] {
  const isUnwanted = (found: Parameters<typeof isSame>[0]): boolean =>
    findSame(object.programs, found) === undefined;
  return [
    ...(current?.slots ?? [])
      .filter(isUnwanted)
      .flatMap((slot) => removeWholeSlot(layout, id, slot, removed(slot))),
    ...attachments
      .filter(isUnwanted)
      .flatMap((attachment) => removeAttachment(layout, attachment, removed(attachment))),
  ];
}

function reasonToReplace(
  { object, id }: Situation,
  other: ObservedInstance,
  removed: ReasonToRemove,
): (slot: ObservedSlot | undefined) => Reason {
  return (slot) => {
    const stays = slot === undefined || findSame(object.programs, slot) !== undefined;
    return stays ? { code: 'object-changed', from: other.digest, to: id.digest } : removed(slot);
  };
}
