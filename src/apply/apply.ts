import { setImmediate } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import type { Operation } from '../plan/operation.ts';
import type { Plan } from '../plan/plan.ts';
import type { Kernel } from './kernel.ts';
import type { Images } from './loaders.ts';
import { Loaders } from './loaders.ts';
import type { Performed } from './run-operation.ts';
import { runOperation } from './run-operation.ts';

/** How one operation ended. */
export interface Outcome {
  readonly operation: Operation;
  readonly status: 'done' | 'failed' | 'rolled-back' | 'skipped';
  readonly programId?: number;
  readonly linkId?: number;
  readonly error?: unknown;
}

export interface ApplyReport {
  readonly outcomes: readonly Outcome[];
  /** The first error; `undefined` when everything was done. */
  readonly error: unknown;
  /** Errors met while rolling back: each left something behind. */
  readonly rollbackErrors: readonly unknown[];
}

export interface ApplyOptions {
  /** Stops before the next operation and rolls back. */
  readonly signal?: AbortSignal | undefined;
  /** Told before each operation. */
  readonly onStart?: ((operation: Operation, index: number) => void) | undefined;
  /** Told before it is made final, once the last one succeeded: a detach waits for the kernel there. */
  readonly onCommit?: ((operation: Operation, index: number) => void) | undefined;
}

/**
 * Carries out a plan, in order, all or nothing: the first failure undoes what was done before it, newest first.
 * What is detached or unpinned is only let go after the last operation succeeded, so that until then even a link
 * comes back as the same link. Does not throw for what the kernel refuses: the report says it.
 */
export async function apply(
  kernel: Kernel,
  plan: Plan,
  images: Images,
  options: ApplyOptions = {},
): Promise<ApplyReport> {
  using loaders = new Loaders(kernel, images, plan.operations);
  const performed: Performed[] = [];
  for (const [index, operation] of plan.operations.entries()) {
    try {
      await setImmediate(); // lets signals in between operations
      options.signal?.throwIfAborted();
      options.onStart?.(operation, index);
      performed.push(runOperation(kernel, operation, loaders));
    } catch (error) {
      return rollBack(plan, performed, error);
    }
  }
  return await doLast(plan, performed, options);
}

/** What pauses does so once everything else is done; when that is refused, everything is taken back all the same. */
async function doLast(
  plan: Plan,
  performed: readonly Performed[],
  options: ApplyOptions,
): Promise<ApplyReport> {
  const finished = [...performed];
  for (const [index, { last }] of performed.entries()) {
    try {
      if (last !== undefined) finished[index] = last();
    } catch (error) {
      return rollBack(plan, finished, error, index);
    }
  }
  return await commit(plan, finished, options);
}

async function commit(
  plan: Plan,
  performed: readonly Performed[],
  { onCommit }: ApplyOptions,
): Promise<ApplyReport> {
  const outcomes: Outcome[] = [];
  for (const [index, operation] of plan.operations.entries()) {
    if (operation.kind === 'detach') await setImmediate(); // each blocks for 0.1 s: others have their turn in between
    onCommit?.(operation, index);
    outcomes.push(commitOne(operation, performed[index]));
  }
  const error = outcomes.find((outcome) => outcome.status === 'failed')?.error;
  return { outcomes, error, rollbackErrors: [] };
}

function commitOne(operation: Operation, performed: Performed | undefined): Outcome {
  try {
    performed?.commit();
    return { operation, status: 'done', ...idsOf(performed) };
  } catch (error) {
    return { operation, status: 'failed', error };
  }
}

function rollBack(
  plan: Plan,
  performed: readonly Performed[],
  error: unknown,
  failed = performed.length,
): ApplyReport {
  const undone = performed.toReversed().map(tryUndo).toReversed();
  const outcomes = plan.operations.map((operation, index): Outcome => {
    if (index === failed) return { operation, status: 'failed', error };
    if (index > performed.length) return { operation, status: 'skipped' };
    const undoError = undone[index];
    return undoError === undefined
      ? { operation, status: 'rolled-back' }
      : { operation, status: 'done', error: undoError };
  });
  const leftBehind = error instanceof AppError ? error.leftBehind : [];
  const undoErrors = undone.filter((undoError) => undoError !== undefined);
  return { outcomes, error, rollbackErrors: [...leftBehind, ...undoErrors] };
}

function tryUndo(performed: Performed): unknown {
  try {
    performed.undo();
    return undefined;
  } catch (error) {
    return error;
  }
}

function idsOf(performed: Performed | undefined): Pick<Outcome, 'programId' | 'linkId'> {
  return {
    ...(performed?.programId === undefined ? {} : { programId: performed.programId }),
    ...(performed?.linkId === undefined ? {} : { linkId: performed.linkId }),
  };
}
