import type { AttachOperation, Operation, PauseOperation } from '../plan/operation.ts';
import type { PinPath } from '../state/ids.ts';
import type { ExchangeRequest, Kernel, Taken } from './kernel.ts';
import type { Loaders } from './loaders.ts';

/** What an operation did, and the two ways it can end: undone, or made final. */
export interface Performed {
  readonly programId?: number;
  readonly linkId?: number;
  /** Takes it back: the kernel is as it was before the operation. */
  undo(): void;
  /** Makes it final: what was taken away is let go. */
  commit(): void;
  /** What waits until everything else is done, and can be refused; what it did is then undone or made final in place of this. */
  readonly last?: () => Performed;
}

/** The only place that turns an operation into calls of the kernel. Throws when the kernel refuses. */
export function runOperation(kernel: Kernel, operation: Operation, loaders: Loaders): Performed {
  switch (operation.kind) {
    case 'load': {
      const { programId, created } = loaders.load(operation);
      return { programId, undo: () => removeAll(kernel, created.toReversed()), commit: nothing };
    }
    case 'attach':
      return attach(kernel, operation);
    case 'exchange':
      return exchange(kernel, operation.pin, { from: operation.from, to: operation });
    case 'pause':
      return pause(kernel, operation);
    case 'protect': {
      kernel.note(operation.pin, operation.text);
      return { undo: () => removeAll(kernel, [operation.pin]), commit: nothing };
    }
    case 'detach': {
      if (!operation.gap) return held(kernel.take(operation.pin));
      return held(kernel.detach({ ...operation, linkPin: operation.pin }));
    }
    case 'unpin':
      return held(kernel.take(operation.pin));
  }
}

function attach(kernel: Kernel, operation: AttachOperation): Performed {
  const { slot, pin: linkPin } = operation;
  if (slot === undefined) {
    const linkId = kernel.attach({ ...operation, linkPin });
    return { linkId, undo: () => removeAll(kernel, [linkPin]), commit: nothing };
  }
  const request = { ...operation, linkPin, slotPin: slot.pin, state: slot.state };
  const linkId = kernel.dispatch(request);
  return { linkId, undo: () => removeAll(kernel, [linkPin, slot.pin]), commit: nothing };
}

function exchange(
  kernel: Kernel,
  slotPin: PinPath,
  request: Omit<ExchangeRequest, 'slotPin'>,
): Performed {
  const exchanged = kernel.exchange({ slotPin, ...request });
  const { programId } = exchanged;
  return { ...(programId === undefined ? {} : { programId }), ...held(exchanged) };
}

/**
 * Like what is detached, what is paused runs on until the last operation succeeded: a failure then finds it as it was.
 * Only where something is to run in its place and never beside it, it stops at once.
 */
function pause(kernel: Kernel, { pin, from, gap }: PauseOperation): Performed {
  const empty = (): Performed => exchange(kernel, pin, { from, to: undefined });
  return gap ? empty() : { undo: nothing, commit: nothing, last: empty };
}

function held(taken: Taken): Performed {
  return { undo: () => taken.restore(), commit: () => taken.release() };
}

/** What somebody else removed meanwhile is gone, as it should be; one that stays does not keep the others. */
function removeAll(kernel: Kernel, pins: readonly PinPath[]): void {
  const errors = pins.flatMap((pin) => {
    try {
      if (kernel.look(pin) !== undefined) kernel.take(pin).release();
      return [];
    } catch (error) {
      return [error];
    }
  });
  if (errors.length > 0) throw errors[0];
}

function nothing(): void {
  // what was made is final as it is, and what was only promised needs no undoing
}
