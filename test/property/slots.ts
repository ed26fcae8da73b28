import type { Operation } from '../../src/plan/operation.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import type { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import type { kindOf } from './convergence.ts';
import { all, slotOf, wantedSlots } from './convergence.ts';

export function runningSlots(
  kernel: MemoryKernel,
  textOf: typeof kindOf = slotOf,
): readonly string[] {
  return kernel.machine.running().map(textOf).toSorted();
}

/** Slots that ran at the start, are wanted, and did not run after some step. */
export function gaps(
  start: MemoryKernel,
  kernel: MemoryKernel,
  desired: DesiredState,
): readonly string[] {
  const wanted = wantedSlots(desired);
  return stopped(start, kernel).filter((slot) => wanted.includes(slot));
}

/** Slots that ran at the start and did not run after some step. */
export function stopped(start: MemoryKernel, kernel: MemoryKernel): readonly string[] {
  const states = [...kernel.machine.history, kernel.machine.running()].map((now) =>
    now.map(slotOf),
  );
  return runningSlots(start).filter((slot) => states.some((now) => !now.includes(slot)));
}

/** Slots whose link pin is made anew at the same place: until then only the process holds the old link. */
export function repairedSlots(operations: Plan['operations']): ReadonlySet<string> {
  const attached = operations.filter(({ kind }) => kind === 'attach').map(({ pin }) => pin);
  const detached = operations.filter((operation) => operation.kind === 'detach');
  return new Set(detached.filter(({ pin }) => attached.includes(pin)).map(slotOf));
}

/** What may stop for a moment, since the manifest says so. */
export function gapped({ operations }: Plan): ReadonlySet<string> {
  return new Set(
    operations.filter((operation) => 'gap' in operation && operation.gap).map(slotOfOperation),
  );
}

/** Links that are really gone before their successor is attached: what brings their programs back is another link. */
export function remadeLinks({ operations }: Plan): ReadonlySet<string> {
  const detached = operations.filter((operation) => operation.kind === 'detach' && operation.gap);
  return new Set(detached.map(({ pin }) => pin));
}

/** Slots for which nothing else is attached or detached. */
export function exchanged({ operations }: Plan): readonly string[] {
  const others = operations.filter(({ kind }) => kind === 'attach' || kind === 'detach');
  const touched = new Set(others.map(slotOfOperation));
  return operations
    .filter(({ kind }) => kind === 'exchange')
    .map(slotOfOperation)
    .filter((slot) => !touched.has(slot));
}

function slotOfOperation({ object, program, target }: Operation): string {
  return slotOf({ object, program: program ?? '', target: target ?? '' });
}

/** Slots that ran more often after some step than once, or than at the start. */
export function doubled(start: MemoryKernel, kernel: MemoryKernel): readonly string[] {
  const before = runningSlots(start);
  return kernel.machine.history.flatMap((now) => {
    const slots = now.map(slotOf);
    return slots.filter((slot) => timesIn(slots, slot) > Math.max(1, timesIn(before, slot)));
  });
}

/** All that can be seen, but for the ids of some links. */
export function withoutLinks(kernel: MemoryKernel, remade: ReadonlySet<string>): unknown {
  const { tree, shared, running } = all(kernel);
  const made = tree.flatMap((entry) =>
    entry.kind === 'link' && remade.has(entry.path) ? [entry.link.id] : [],
  );
  return {
    tree: tree.map((entry) =>
      entry.kind === 'link' && remade.has(entry.path)
        ? { ...entry, link: { ...entry.link, id: 0 } }
        : entry,
    ),
    shared,
    running: running
      .map((one) => (made.includes(one.linkId) ? { ...one, linkId: 0 } : one))
      .toSorted((a, b) => a.linkId - b.linkId || a.programId - b.programId),
  };
}

export function without(slots: readonly string[], others: ReadonlySet<string>): readonly string[] {
  return slots.filter((slot) => !others.has(slot));
}

export function timesIn(slots: readonly string[], slot: string): number {
  return slots.filter((candidate) => candidate === slot).length;
}
