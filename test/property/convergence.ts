import type { ApplyReport } from '../../src/apply/apply.ts';
import { apply } from '../../src/apply/apply.ts';
import type { TreeEntry } from '../../src/apply/kernel.ts';
import { Loaders } from '../../src/apply/loaders.ts';
import { observe } from '../../src/apply/observe.ts';
import { runOperation } from '../../src/apply/run-operation.ts';
import { sweep } from '../../src/apply/sweep.ts';
import { diff } from '../../src/plan/diff.ts';
import type { Operation } from '../../src/plan/operation.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { sharedPinsOf } from '../../src/state/desired.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import { Crash } from '../memory-kernel/faults.ts';
import type { Fault } from '../memory-kernel/faults.ts';
import type { Running } from '../memory-kernel/machine.ts';
import type { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import { images, layout, name, sharedPin } from './universe.ts';

export function planFor(kernel: MemoryKernel, desired: DesiredState): Plan {
  return diff(layout, desired, observe(kernel, layout, name, sharedPinsOf(desired)));
}

/** Without commit: what was taken goes when the process dies. */
export function carryOut(kernel: MemoryKernel, operations: readonly Operation[]): void {
  using loaders = new Loaders(kernel, images, operations);
  for (const operation of operations) runOperation(kernel, operation, loaders);
}

/** Observe, diff, apply, sweep, as `converge` does; in a copy of the kernel, which may go wrong once. */
export async function converged(
  start: MemoryKernel,
  desired: DesiredState,
  fault?: Fault,
): Promise<{ readonly kernel: MemoryKernel; readonly plan: Plan; readonly report: ApplyReport }> {
  const kernel = start.afterDeath();
  const plan = planFor(kernel, desired);
  kernel.machine.faults.fault = fault;
  const report = await apply(kernel, plan, images);
  try {
    sweep(kernel, layout);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
  return { kernel, plan, report };
}

/** All that can be seen of a kernel: what is where, with the same ids, and what is attached. */
export function all(kernel: MemoryKernel) {
  const tree = kernel.read(layout.root);
  const running = byLink(kernel.machine.running());
  return { tree, shared: kernel.look(sharedPin), running };
}

interface Shape {
  readonly tree: readonly string[];
  readonly running: readonly string[];
}

/** The same without ids, which differ from run to run. */
export function shape(kernel: MemoryKernel): Shape {
  return {
    tree: kernel.read(layout.root).map(({ path, kind }) => `${path} ${kind}`),
    running: byLink(kernel.machine.running()).map(slotOf).toSorted(),
  };
}

/** A note that was removed by hand is only written again when something is loaded, which depends on the way there. */
export function withoutNotes({ tree, running }: Shape): Shape {
  return { tree: tree.filter((line) => !line.endsWith('/source note')), running };
}

export function slotOf({
  object,
  program,
  target,
}: Pick<Running, 'object' | 'program' | 'target'>): string {
  return `${object} ${program} ${target}`;
}

/** The same with its kind. */
export function kindOf(of: Pick<Running, 'object' | 'program' | 'target' | 'attachType'>): string {
  return `${slotOf(of)} ${of.attachType}`;
}

/** The slots that a manifest wants attached. */
export function wantedSlots(
  { objects }: DesiredState,
  textOf: typeof kindOf = slotOf,
): readonly string[] {
  return objects.flatMap((object) =>
    object.programs
      .filter(({ state }) => state === 'attached')
      .map((program) => textOf({ ...program, object: object.name })),
  );
}

export function isPin({ kind }: TreeEntry): boolean {
  return kind !== 'directory';
}

function byLink(running: readonly Running[]): readonly Running[] {
  return running.toSorted((a, b) => a.linkId - b.linkId);
}
