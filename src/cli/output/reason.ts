import type { Operation, Reason } from '../../plan/operation.ts';
import { shapeText } from '../../state/map-shape.ts';
import { assertNever } from '../../base/errors.ts';

/** Why an operation is needed, in words. */
export function reasonText(reason: Reason): string {
  switch (reason.code) {
    case 'added':
      return 'new in the manifest';
    case 'object-changed':
      return `object changed ${short(reason.from)} -> ${short(reason.to)}`;
    case 'not-attached':
      return 'loaded, but not attached';
    case 'program-missing':
      return 'its program pin is missing';
    case 'target-replaced':
      return 'its function is of a module or program that was loaded again';
    case 'map-missing':
    case 'map-recreated':
    case 'map-differs':
    case 'map-removed':
    case 'map-shared':
      return mapReasonText(reason);
    case 'link-differs':
      return `link runs program ${reason.linkProgramId}, not ${reason.programId}`;
    case 'replace':
      return `replaced by ${reason.by} from now on`;
    case 'kind-changed':
      return `kind changed ${reason.from} -> ${reason.to}${reason.overlap ? ', both see calls meanwhile' : ''}`;
    case 'slot-missing':
    case 'slot-empty':
    case 'slot-differs':
    case 'dispatcher-missing':
    case 'dispatcher-differs':
      return exchangeReasonText(reason);
    case 'state-paused':
      return 'the manifest says "state: paused"';
    case 'state-loaded':
      return 'the manifest says "state: loaded"';
    case 'protect-set':
      return 'the manifest says "protect: true"';
    case 'protect-unset':
      return 'the manifest no longer says "protect: true"';
    case 'removed':
      return 'no longer in the manifest';
    case 'target-gone':
      return 'its function is gone';
    case 'object-removed':
      return 'object is no longer in the manifest';
    case 'destroyed':
      return 'destroy';
    default:
      return assertNever(reason);
  }
}

function exchangeReasonText(
  reason: Extract<Reason, { readonly code: `slot-${string}` | `dispatcher-${string}` }>,
): string {
  switch (reason.code) {
    case 'slot-missing':
      return 'its slot is missing';
    case 'slot-empty':
      return 'paused: its slot is empty';
    case 'slot-differs':
      return `slot holds program ${reason.slotProgramId}, not ${reason.programId}`;
    case 'dispatcher-missing':
      return 'its dispatcher is not attached';
    case 'dispatcher-differs':
      return 'its dispatcher is attached in another way, or runs another slot';
    default:
      return assertNever(reason);
  }
}

function mapReasonText(reason: Extract<Reason, { readonly code: `map-${string}` }>): string {
  switch (reason.code) {
    case 'map-missing':
      return `its map "${reason.map}" lost its pin`;
    case 'map-recreated':
      return `map "${reason.map}" is made anew, its content is lost: ${shapeText(reason.from)} -> ${shapeText(reason.to)}`;
    case 'map-differs':
      return `it uses map ${reason.mapId}, which is not pinned`;
    case 'map-removed':
      return 'object no longer has this map';
    case 'map-shared':
      return `the manifest pins it at ${reason.at}`;
    default:
      return assertNever(reason);
  }
}

/** What an operation is about: `object/program -> target`, or the pin's own name. */
export function subjectOf(operation: Operation): string {
  if (operation.program !== undefined && operation.target !== undefined) {
    return `${operation.object}/${operation.program} -> ${operation.target}${partOf(operation)}`;
  }
  const leaf = operation.pin.slice(operation.pin.lastIndexOf('/') + 1);
  const what = operation.kind === 'unpin' && operation.what === 'map' ? 'map ' : '';
  return `${operation.object}/${what}${decodeURIComponent(leaf)}`;
}

/** The same for operations that differ in their target. */
export function subjectOfMany(operations: readonly Operation[]): string {
  const [first] = operations;
  if (first === undefined) throw new Error('there is no operation');
  const { object, program = '' } = first;
  return `${object}/${program} -> ${operations.length} functions${partOf(first)}`;
}

/** What of a program an operation is about, where its kind does not tell. */
function partOf(operation: Operation): string {
  if (operation.kind === 'attach' && operation.slot?.state === 'paused') return ' (paused)';
  if (leavesGap(operation)) return ' (gap)';
  if (operation.kind !== 'unpin') return '';
  if (operation.what === 'protection') return ' (mark)';
  return operation.what === 'slot' ? ' (slot)' : '';
}

/** It is done before what runs in its place is attached. */
export function leavesGap(operation: Operation): boolean {
  return (operation.kind === 'pause' || operation.kind === 'detach') && operation.gap;
}

function short(digest: string): string {
  return digest.slice(0, 8);
}
