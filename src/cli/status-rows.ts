import type { Runs } from '../apply/kernel.ts';
import { healthOf } from '../plan/health.ts';
import type { LoadOperation, Operation, Reason } from '../plan/operation.ts';
import type { Plan } from '../plan/plan.ts';
import type { Absence, AbsentTarget, Expansion } from '../state/expansion.ts';
import type {
  ObservedAttachment,
  ObservedInstance,
  ObservedSlot,
  ObservedState,
} from '../state/observed.ts';
import { attachTypes } from '../state/object-info.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import { reasonText } from './output/reason.ts';

/** One program on one target, as `status` shows it. */
export interface StatusRow {
  readonly object: string;
  readonly program: string;
  readonly target: string;
  /** `undefined` for what is attached though no version of it is pinned. */
  readonly digest: string | undefined;
  readonly source: string | undefined;
  readonly state: 'attached' | 'paused' | 'loaded' | 'broken' | 'missing' | 'skipped' | 'waiting';
  /** What is wrong; `undefined` when nothing is. */
  readonly problem: string | undefined;
  /** Why the manifest does without it, which is no problem. */
  readonly why?: Absence | undefined;
  readonly slot: ObservedSlot | undefined;
  /** By exchange, unless another version is in its slot. */
  readonly attachment: ObservedAttachment | undefined;
  /** `undefined` for what is missing, and may be. */
  readonly pinned: string | undefined;
  /** How often it was called: counted on the program, or on the dispatcher since that was attached. */
  readonly runs: Runs | undefined;
}

/** The rows for what is pinned, and with a plan also for what the manifest wants and is not there. */
export function statusRows(
  layout: PinLayout,
  observed: ObservedState,
  plan: Plan | undefined,
): readonly StatusRow[] {
  const operations = plan?.operations ?? [];
  const sight = { layout, observed, operations };
  const versions = observed.instances.flatMap((instance) =>
    instance.slots.map((slot) => rowOf(sight, instance, slot)),
  );
  const shown = new Set(versions.map(({ attachment }) => attachment));
  const present = [
    ...versions,
    ...observed.attachments
      .filter((attachment) => !shown.has(attachment))
      .map((attachment) => rowOfAttachment(sight, attachment)),
  ];
  const missing = operations
    .filter((operation) => operation.kind === 'load')
    .filter((load) => !present.some((row) => isShownBy(row, load)));
  const absent = (plan?.expansions ?? []).flatMap((expansion) =>
    expansion.absent.map((target) => absentRow(expansion, target)),
  );
  return [...present, ...missing.map(missingRow), ...absent].toSorted(byName);
}

/** What is attached though no version of it is pinned has its row already. */
function isShownBy(row: StatusRow, load: LoadOperation): boolean {
  if (row.digest !== undefined) return row.pinned === load.pin;
  return row.object === load.object && row.program === load.program && row.target === load.target;
}

type Named = Pick<ObservedAttachment, 'object' | 'program' | 'target'>;

interface Sight {
  readonly layout: PinLayout;
  readonly observed: ObservedState;
  readonly operations: readonly Operation[];
}

function rowOf(sight: Sight, instance: ObservedInstance, slot: ObservedSlot): StatusRow {
  const { layout } = sight;
  const { object, digest, source } = instance;
  const { program, target } = slot;
  const id = { object, digest, program, target };
  const attachment = attachmentOf(sight.observed, instance, slot);
  const health = healthOf(slot, attachment);
  const isFine = health === 'attached' || health === 'paused' || health === 'loaded';
  const own = [layout.program(id), layout.link(id), layout.protection(id)];
  return {
    ...id,
    source,
    state: isFine ? health : 'broken',
    problem:
      changeOf(sight, attachment ?? id, own) ??
      textOf(problemOf(slot, attachment)) ??
      otherKindText(sight.observed, attachment),
    slot,
    attachment,
    pinned: layout.program(id),
    runs: slot.loaded,
  };
}

/** Whatever runs there is of no version that is known. */
function rowOfAttachment(sight: Sight, attachment: ObservedAttachment): StatusRow {
  const { object, program, target } = attachment;
  return {
    object,
    program,
    target,
    digest: undefined,
    source: undefined,
    state: 'broken',
    problem: changeOf(sight, attachment, []) ?? textOf({ code: 'program-missing' }),
    slot: undefined,
    attachment,
    pinned: sight.layout.dispatchSlot(attachment),
    runs: undefined,
  };
}

/** Why the plan, if there is one, changes something of it; what has no dispatcher may get one of any kind. */
function changeOf(
  { layout, operations }: Sight,
  { attachType, ...id }: Named & Partial<Pick<ObservedAttachment, 'attachType'>>,
  own: readonly string[],
): string | undefined {
  const kinds = attachType === undefined ? attachTypes : [attachType];
  const dispatchers = kinds.map((kind) => ({ ...id, attachType: kind }));
  const pins = [
    ...own,
    ...dispatchers.flatMap((one) => [layout.dispatchSlot(one), layout.dispatchLink(one)]),
  ];
  return textOf(operations.find((operation) => pins.includes(operation.pin))?.reason);
}

/** Another version in the slot is no fault of this one, which is only loaded then. */
function attachmentOf(
  observed: ObservedState,
  { object }: ObservedInstance,
  { program, target, loaded }: ObservedSlot,
): ObservedAttachment | undefined {
  const found = observed.attachments.filter((one) => isOf(one, { object, program, target }));
  return (
    found.find(({ slot }) => slot?.programId === loaded?.id) ??
    found.find((one) => !holdsKnown(observed, one))
  );
}

/** Whether it runs a version that is pinned. */
function holdsKnown({ instances }: ObservedState, attachment: ObservedAttachment): boolean {
  const inside = attachment.slot?.programId;
  if (inside === undefined) return false;
  return instances.some(({ object, slots }) =>
    slots.some(
      ({ program, target, loaded }) =>
        loaded?.id === inside && isOf(attachment, { object, program, target }),
    ),
  );
}

/** A run that was killed while the kind changed leaves both: which one is wanted, only a manifest tells. */
function otherKindText(
  { attachments }: ObservedState,
  attachment: ObservedAttachment | undefined,
): string | undefined {
  if (attachment?.link === undefined) return undefined;
  const other = attachments.find(
    (one) => one !== attachment && one.link !== undefined && isOf(one, attachment),
  );
  return other === undefined ? undefined : `also attached as ${other.attachType}`;
}

function isOf(attachment: ObservedAttachment, { object, program, target }: Named): boolean {
  return (
    attachment.object === object && attachment.program === program && attachment.target === target
  );
}

function problemOf(
  slot: ObservedSlot,
  attachment: ObservedAttachment | undefined,
): Reason | undefined {
  const code = healthOf(slot, attachment);
  const programId = slot.loaded?.id ?? 0;
  switch (code) {
    case 'attached':
    case 'paused':
    case 'loaded':
      return undefined;
    case 'link-differs':
      return { code, linkProgramId: slot.link?.programId ?? 0, programId };
    case 'slot-differs':
      return { code, slotProgramId: attachment?.slot?.programId ?? 0, programId };
    case 'program-missing':
    case 'slot-missing':
    case 'dispatcher-missing':
    case 'dispatcher-differs':
      return { code };
  }
}

function textOf(reason: Reason | undefined): string | undefined {
  return reason === undefined ? undefined : reasonText(reason);
}

function missingRow(operation: LoadOperation): StatusRow {
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
    attachment: undefined,
    pinned: pin,
    runs: undefined,
  };
}

function absentRow(
  { object, program }: Expansion,
  { target, state, why }: AbsentTarget,
): StatusRow {
  const nothing = { digest: undefined, source: undefined, slot: undefined, attachment: undefined };
  const names = { object, program, target };
  return {
    ...names,
    ...nothing,
    state,
    why,
    problem: undefined,
    pinned: undefined,
    runs: undefined,
  };
}

function byName(a: StatusRow, b: StatusRow): number {
  const [left, right] = [a, b].map(
    (row) => `${row.object} ${row.program} ${row.target} ${row.digest ?? ''}`,
  );
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
