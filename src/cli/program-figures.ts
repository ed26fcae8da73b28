import type { Kernel } from '../apply/kernel.ts';
import type { ProgramFigures } from '../daemon/metrics/figures.ts';
import type { ObservedState } from '../state/observed.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import type { StatusRow } from './status-rows.ts';
import { statusRows } from './status-rows.ts';
import { withRuns } from './with-runs.ts';

/** What the metrics show of what is pinned for a manifest, once for each program on each target; runs only where they are counted. */
export function programFigures(
  kernel: Pick<Kernel, 'runsOf'>,
  layout: PinLayout,
  observed: ObservedState,
  isCounted: boolean,
): readonly ProgramFigures[] {
  const rows = new Map<string, StatusRow>();
  for (const row of statusRows(layout, observed, undefined)) {
    const key = `${row.object} ${row.program} ${row.target}`;
    // Of several versions, the one that runs; the others are gone soon, or what a killed run left.
    if (row.state === 'attached' || !rows.has(key)) rows.set(key, row);
  }
  return [...rows.values()].map((row) =>
    figuresOf(observed.name, withRuns(kernel, row), isCounted),
  );
}

function figuresOf(manifest: string, row: StatusRow, isCounted: boolean): ProgramFigures {
  const { object, program, target, state, runs } = row;
  const { runCount, runTimeNs, recursionMisses } = runs ?? {};
  return {
    manifest,
    object,
    program,
    target,
    isAttached: state === 'attached',
    runs: isCounted ? numberOf(runCount) : undefined,
    runSeconds: isCounted && runTimeNs !== undefined ? Number(runTimeNs) / 1e9 : undefined,
    recursionMisses: numberOf(recursionMisses),
  };
}

/** Prometheus' own numbers are no larger. */
function numberOf(count: bigint | undefined): number | undefined {
  return count === undefined ? undefined : Number(count);
}
