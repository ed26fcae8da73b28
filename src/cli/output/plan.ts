import { refusalsOf } from '../../plan/guard.ts';
import type { AttachOperation, Operation, Sign } from '../../plan/operation.ts';
import { signOf } from '../../plan/operation.ts';
import type { Plan, PlanCounts } from '../../plan/plan.ts';
import { countOperations } from '../../plan/plan.ts';
import type { ForeignEntry } from '../../state/observed.ts';
import { leavesGap, reasonText, subjectOf } from './reason.ts';
import { printable } from './printable.ts';
import type { PinPath } from '../../state/ids.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';

const signColour = { '+': 'green', '~': 'yellow', '-': 'red' } as const satisfies Record<
  Sign,
  string
>;

/** A plan for people: a line an operation, what stands in the way, and a summary. */
export function renderPlan(plan: Plan, directory: PinPath, style: Style): string {
  const below = plan.operations.length === 0 ? '' : `Pins below ${printable(directory)}:\n`;
  const lines = operationLines(plan.operations, style, ({ pin }) =>
    printable(pin.replace(`${directory}/`, '')),
  );
  const conflicts = plan.conflicts.map(
    ({ path, what }) => `  ! ${printable(path)}: ${what}, in the way\n`,
  );
  const end = `${summary(plan)}\n${guardLines(plan, style)}`;
  return `${below}${lines}${conflicts.join('')}${foreignLines(plan.foreign)}${end}`;
}

/** So that nobody is surprised by apply; foreign pins are told above. */
function guardLines(plan: Plan, style: Style): string {
  return refusalsOf(plan)
    .filter(({ code }) => code !== 'foreign-pin')
    .map(({ message, hint }) => {
      const title = paint(style, 'yellow', 'apply will refuse this plan:');
      return `${title} ${printable(message)}\n  ${paint(style, 'cyan', 'hint:')} ${printable(hint)}\n`;
    })
    .join('');
}

/** One line an operation; `last` gives the text of the last column. */
export function operationLines(
  operations: readonly Operation[],
  style: Style,
  last: (operation: Operation, index: number) => string,
): string {
  const subjects = operations.map((operation) => printable(subjectOf(operation)));
  const reasons = operations.map((operation) => printable(reasonText(operation.reason)));
  const width = {
    kind: longest(['attach', ...operations.map(({ kind }) => kind)]),
    subject: longest(subjects),
    reason: longest(reasons),
  };
  return operations
    .map((operation, index) => {
      const sign = signOf(operation);
      const subject = (subjects[index] ?? '').padEnd(width.subject);
      const reason = (reasons[index] ?? '').padEnd(width.reason);
      const start = paint(
        style,
        signColour[sign],
        `  ${sign} ${operation.kind.padEnd(width.kind)}`,
      );
      return `${start}  ${subject}  ${reason}  ${last(operation, index)}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

export function foreignLines(foreign: readonly ForeignEntry[]): string {
  return foreign.map(({ path, what }) => `  ? ${printable(path)}: ${what}; left alone\n`).join('');
}

/** Where a plan was saved; nothing if it was not. */
export function savedText(
  saved: { readonly file: string; readonly fingerprint: string } | undefined,
): string {
  if (saved === undefined) return '';
  const file = printable(saved.file);
  return `Saved as ${file}, fingerprint ${saved.fingerprint}: "fentryctl apply ${file}" does exactly this.\n`;
}

/** The same facts for programs. */
export function planFacts(plan: Plan): object {
  return {
    name: plan.name,
    changes: plan.operations.length > 0,
    operations: plan.operations.map(operationFacts),
    summary: { ...countOperations(plan.operations), unchanged: plan.unchanged },
    conflicts: plan.conflicts,
    map_changes: plan.mapChanges,
    foreign: plan.foreign,
    losses: {
      attached: plan.losses.attached,
      lost: plan.losses.lost,
      protected: plan.losses.unprotected,
    },
    refusals: refusalsOf(plan),
  };
}

export function operationFacts(operation: Operation): object {
  return {
    action: operation.kind,
    sign: signOf(operation),
    object: operation.object,
    program: operation.program,
    target: operation.target,
    what: operation.kind === 'unpin' ? operation.what : undefined,
    slot: operation.kind === 'attach' ? slotFacts(operation) : undefined,
    gap: leavesGap(operation) ? true : undefined,
    reason: operation.reason,
    pinned: operation.pin,
  };
}

/** By exchange: where the slot is, and whether anything is in it. */
function slotFacts({ slot }: AttachOperation): object | undefined {
  return slot === undefined ? undefined : { pinned: slot.pin, state: slot.state };
}

function countsText(counts: PlanCounts): string {
  const { load, attach, exchange, pause, protect, detach, unpin } = counts;
  return [
    `${load} to load`,
    `${attach} to attach`,
    ...(exchange === 0 ? [] : [`${exchange} to exchange`]),
    ...(protect === 0 ? [] : [`${protect} to protect`]),
    ...(pause === 0 ? [] : [`${pause} to pause`]),
    `${detach} to detach`,
    `${unpin} to unpin`,
  ].join(', ');
}

function summary(plan: Plan): string {
  if (plan.mapChanges.length > 0)
    return 'This plan cannot be applied: maps are pinned with other definitions.';
  if (plan.conflicts.length > 0) return 'This plan cannot be applied: foreign pins are in the way.';
  const kept = `${plan.unchanged} unchanged`;
  if (plan.operations.length === 0) return `No changes: the kernel matches the manifest (${kept}).`;
  return `Plan: ${countsText(countOperations(plan.operations))} (${kept}).`;
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
