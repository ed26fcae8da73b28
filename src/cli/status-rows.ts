import type { Operation } from '../plan/operation.ts';
import { healthOf } from '../plan/health.ts';
import type { Plan } from '../plan/plan.ts';
import type { ObservedInstance, ObservedSlot, ObservedState } from '../state/observed.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import { reasonText } from './output/reason.ts';

/** One program on one target, as `status` shows it. */
export interface StatusRow {
  readonly object: string;
  readonly program: string;
  readonly target: string;
  readonly digest: string;
  readonly source: string | undefined;
  readonly state: 'attached' | 'loaded' | 'broken' | 'missing';
  /** What is wrong; `undefined` when nothing is. */
  readonly problem: string | undefined;
  readonly slot: ObservedSlot | undefined;
  readonly pinned: string;
}

/** The rows for what is pinned, and with a plan also for what the manifest wants and is not there. */
export function statusRows(
  layout: PinLayout,
  observed: ObservedState,
  plan: Plan | undefined,
): readonly StatusRow[] {
  const operations = plan?.operations ?? [];
  const present = observed.instances.flatMap((instance) =>
    instance.slots.map((slot) => rowOf(layout, instance, slot, operations)),
  );
  const pins = new Set(present.map((row) => row.pinned));
  const missing = operations
    .filter((operation) => operation.kind === 'load')
    .filter(({ pin }) => !pins.has(pin));
  return [...present, ...missing.map(missingRow)].toSorted(byName);
}

function rowOf(
  layout: PinLayout,
  instance: ObservedInstance,
  slot: ObservedSlot,
  operations: readonly Operation[],
): StatusRow {
  const { object, digest, source } = instance;
  const { program, target } = slot;
  const id = { object, digest, program, target };
  const pins: readonly string[] = [layout.program(id), layout.link(id), layout.protection(id)];
  const change = operations.find((operation) => pins.includes(operation.pin));
  const health = healthOf(slot);
  return {
    ...id,
    source,
    state: health === 'attached' || health === 'loaded' ? health : 'broken',
    problem: change === undefined ? problemOf(slot) : reasonText(change.reason),
    slot,
    pinned: layout.program(id),
  };
}

function problemOf(slot: ObservedSlot): string | undefined {
  const health = healthOf(slot);
  if (health === 'program-missing') return reasonText({ code: 'program-missing' });
  if (health !== 'link-differs' || slot.link === undefined || slot.loaded === undefined)
    return undefined;
  return reasonText({
    code: 'link-differs',
    linkProgramId: slot.link.programId,
    programId: slot.loaded.id,
  });
}

function missingRow(operation: Extract<Operation, { kind: 'load' }>): StatusRow {
  const { object, program, target, digest, pin, note } = operation;
  const problem = `not there: ${reasonText(operation.reason)}`;
  return {
    object,
    program,
    target,
    digest,
    source: note.text,
    state: 'missing',
    problem,
    slot: undefined,
    pinned: pin,
  };
}

function byName(a: StatusRow, b: StatusRow): number {
  const [left, right] = [a, b].map(
    (row) => `${row.object} ${row.program} ${row.target} ${row.digest}`,
  );
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
