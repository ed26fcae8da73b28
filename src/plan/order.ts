import type { PinPath } from '../state/ids.ts';
import type { Operation } from './operation.ts';

/**
 * The order in which a plan is done, so that a failure finds the old state still running:
 * free the places that something new needs, load all, attach all, protect them, and only then detach and unpin the old.
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
      return 3;
    case 'protect':
      return 4; // before the old version goes, and its mark with it
    case 'detach':
      return made.has(operation.pin) ? 0 : 5;
    case 'unpin':
      if (made.has(operation.pin)) return 1;
      return operation.what === 'program' ? 6 : 7;
  }
}

function pinsMade(operation: Operation): readonly PinPath[] {
  switch (operation.kind) {
    case 'load':
      return [operation.pin, ...operation.maps.map((map) => map.pin)];
    case 'attach':
      return [operation.pin];
    case 'protect':
    case 'detach':
    case 'unpin':
      return [];
  }
}

/** By code units: the same everywhere, unlike the order of a locale. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
