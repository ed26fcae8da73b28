import type { ApplyReport, Outcome } from '../../apply/apply.ts';
import type { Convergence } from '../../converge.ts';
import type { Plan, PlanCounts } from '../../plan/plan.ts';
import { countOperations } from '../../plan/plan.ts';
import { errorFacts } from './error.ts';
import { expansionFacts, expansionLines } from './expansion.ts';
import type { LineStyle } from './operation-lines.ts';
import { operationLines } from './operation-lines.ts';
import { foreignLines, operationFacts, unseenLines } from './plan.ts';

const statusText = {
  done: 'done',
  failed: 'FAILED',
  'rolled-back': 'rolled back',
  skipped: 'skipped',
} as const satisfies Record<Outcome['status'], string>;

/** What an apply did, for people: each operation and how it ended, and what that comes to. */
export function renderReport({ plan, report, fingerprint }: Convergence, style: LineStyle): string {
  const targets = expansionLines(plan.expansions, style);
  const lines = operationLines(plan.operations, style, {
    of: (_, index) => endOf(report.outcomes[index]),
    ofMany: (_, index) => statusOf(report.outcomes[index]),
    key: (index) => statusOf(report.outcomes[index]),
  });
  const saved = fingerprint === undefined ? '' : `Saved plan with fingerprint ${fingerprint}.\n`;
  return `${targets}${unseenLines(plan)}${lines}${foreignLines(plan.foreign)}${summary(plan, report)}\n${saved}`;
}

/** The same facts for programs. */
export function reportFacts({ plan, report, fingerprint }: Convergence): object {
  return {
    name: plan.name,
    changed: hasChanged(report),
    operations: report.outcomes.map((outcome) => ({
      ...operationFacts(outcome.operation),
      status: outcome.status.replace('-', '_'),
      prog_id: outcome.programId,
      link_id: outcome.linkId,
    })),
    summary: { ...countOperations(plan.operations), unchanged: plan.unchanged },
    targets: plan.expansions.map(expansionFacts),
    unseen: plan.unseen,
    foreign: plan.foreign,
    fingerprint,
    error: report.error === undefined ? undefined : errorFacts(report.error),
    rollback_errors:
      report.rollbackErrors.length === 0 ? undefined : report.rollbackErrors.map(errorFacts),
  };
}

export function hasChanged(report: ApplyReport): boolean {
  return report.outcomes.some((outcome) => outcome.status === 'done');
}

function endOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '';
  const program = outcome.programId === undefined ? '' : `  prog ${outcome.programId}`;
  const link = outcome.linkId === undefined ? '' : `  link ${outcome.linkId}`;
  return `${statusOf(outcome)}${program}${link}`;
}

function statusOf(outcome: Outcome | undefined): string {
  return outcome === undefined ? '' : statusText[outcome.status];
}

function summary(plan: Plan, report: ApplyReport): string {
  if (report.rollbackErrors.length > 0)
    return 'Failed, and not all could be rolled back: see the errors.';
  const wasUndone = report.error !== undefined && !hasChanged(report);
  if (wasUndone) return 'Failed and rolled back: what ran before still runs.';
  if (report.error !== undefined) return 'Failed after the new state was in place: see the errors.';
  const kept = `${plan.unchanged} unchanged`;
  if (plan.operations.length === 0) return `No changes: the kernel matches (${kept}).`;
  const counts = countOperations(plan.operations);
  const isDestroyed = plan.operations.every((operation) => operation.reason.code === 'destroyed');
  const { detach, unpin } = counts;
  if (isDestroyed) return `Destroyed: ${detach} detached, ${unpin} unpinned.`;
  return `Applied: ${countsText(counts)} (${kept}).`;
}

function countsText(counts: PlanCounts): string {
  const { load, attach, exchange, pause, protect, detach, unpin } = counts;
  return [
    `${load} loaded`,
    `${attach} attached`,
    ...(exchange === 0 ? [] : [`${exchange} exchanged`]),
    ...(protect === 0 ? [] : [`${protect} protected`]),
    ...(pause === 0 ? [] : [`${pause} paused`]),
    `${detach} detached`,
    `${unpin} unpinned`,
  ].join(', ');
}
