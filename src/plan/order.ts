import type { PinPath } from '../state/ids.ts';
import type { Operation, UnpinOperation } from './operation.ts';

/**
 * The order in which a plan is done, so that a failure finds the old state still running:
 * free the places that something new needs, load all, attach all, exchange all, protect them, and only then pause, detach
 * and unpin the old. What must be gone before its successor is attached goes between loading and attaching.
 */
export function order(operations: readonly Operation[]): readonly Operation[] {
  const made = new Set(operations.flatMap(pinsMade));
  const keyed = operations.map((operation) => ({ operation, phase: phaseOf(operation, made) }));
  return keyed
    .toSorted((a, b) => a.phase - b.phase || compare(a.operation.pin, b.operation.pin))
    .map(({ operation }) => operation);
}

function phaseOf(operation: Operation, made: ReadonlySet<PinPath>): number {
  switch (operation.kind) {
    case 'load':
      return 2;
    case 'attach':
      return 4;
    case 'exchange':
      return 5;
    case 'protect':
      return 6; // before the old version goes, and its mark with it
    case 'pause':
      return operation.gap ? 3 : 7;
    case 'detach':
      if (operation.gap) return 3;
      return made.has(operation.pin) ? 0 : 7;
    case 'unpin':
      return phaseOfUnpin(operation, made.has(operation.pin));
  }
}

function phaseOfUnpin({ what }: UnpinOperation, isInTheWay: boolean): number {
  if (what === 'slot') return isInTheWay ? 0 : 9;
  if (isInTheWay) return 1;
  return what === 'program' ? 8 : 9;
}

function pinsMade(operation: Operation): readonly PinPath[] {
  if (operation.kind === 'load') return [operation.pin, ...operation.maps.map((map) => map.pin)];
  if (operation.kind !== 'attach') return [];
  return [operation.pin, ...(operation.slot === undefined ? [] : [operation.slot.pin])];
}

/** By code units: the same everywhere, unlike the order of a locale. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
