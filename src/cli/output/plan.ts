import { refusalsOf } from '../../plan/guard.ts';
import type { AttachOperation, Operation } from '../../plan/operation.ts';
import { signOf } from '../../plan/operation.ts';
import type { Plan, PlanCounts } from '../../plan/plan.ts';
import { countOperations } from '../../plan/plan.ts';
import type { ForeignEntry } from '../../state/observed.ts';
import { expansionFacts, expansionLines } from './expansion.ts';
import type { LineStyle } from './operation-lines.ts';
import { operationLines } from './operation-lines.ts';
import { leavesGap } from './reason.ts';
import { printable } from './printable.ts';
import { unseenText } from './targets.ts';
import type { PinPath } from '../../state/ids.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';

/** A plan for people: what patterns come to, a line an operation, what stands in the way, and a summary. */
export function renderPlan(plan: Plan, directory: PinPath, style: LineStyle): string {
  const targets = expansionLines(plan.expansions, style);
  const below = plan.operations.length === 0 ? '' : `Pins below ${printable(directory)}:\n`;
  const pinOf = (pin: string): string => printable(pin.replace(`${directory}/`, ''));
  const lines = operationLines(plan.operations, style, {
    of: ({ pin }) => pinOf(pin),
    ofMany: (operations) => pinOf(commonDirectory(operations.map(({ pin }) => pin))),
  });
  const conflicts = plan.conflicts.map(
    ({ path, what }) => `  ! ${printable(path)}: ${what}, in the way\n`,
  );
  const end = `${summary(plan)}\n${guardLines(plan, style)}`;
  return `${targets}${unseenLines(plan)}${below}${lines}${conflicts.join('')}${foreignLines(plan.foreign)}${end}`;
}

/** What patterns left out is only as much as could be read. */
export function unseenLines({ expansions, unseen }: Plan): string {
  if (expansions.every(({ patterns }) => patterns.length === 0)) return '';
  return unseen.map((source) => `note: ${unseenText(source)}\n`).join('');
}

/** The directory that all pins are in. */
function commonDirectory([first = '', ...others]: readonly string[]): string {
  const parts = first.split('/');
  const end = parts.findIndex((_, index) => {
    const start = `${parts.slice(0, index + 1).join('/')}/`;
    return others.some((pin) => !pin.startsWith(start));
  });
  return `${parts.slice(0, end).join('/')}/`;
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
    crowded: plan.crowded,
    targets: plan.expansions.map(expansionFacts),
    unseen: plan.unseen,
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
  if (plan.crowded.length > 0)
    return 'This plan cannot be applied: functions have no room for all of its links.';
  if (plan.conflicts.length > 0) return 'This plan cannot be applied: foreign pins are in the way.';
  const kept = `${plan.unchanged} unchanged`;
  if (plan.operations.length === 0) return `No changes: the kernel matches the manifest (${kept}).`;
  return `Plan: ${countsText(countOperations(plan.operations))} (${kept}).`;
}
