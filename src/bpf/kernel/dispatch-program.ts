import type { DispatchRequest, Exchanged, ExchangeRequest } from '../../apply/kernel.ts';
import { FailedError, UnsupportedError } from '../../base/errors.ts';
import type { KnownProgram } from '../../state/observed.ts';
import type { Btf } from '../btf/btf.ts';
import { attachDispatcher } from '../dispatch/attach-dispatcher.ts';
import { ProgramSlot } from '../dispatch/program-slot.ts';
import { unpinAt } from '../pins/pin-path.ts';
import { FEntry } from '../programs/fentry.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';
import { notHeld, openById, openPinned, openRunning } from './open-program.ts';
import { takeBack } from './take-back.ts';

/**
 * Attaches a dispatcher and pins it with its slot, or leaves nothing; says its link's id. The program is in the slot
 * before, and the slot pinned before the link: whenever we are killed, a pinned link runs what is in a pinned slot.
 */
export function dispatchProgram(request: DispatchRequest, btf: Btf): number {
  using slot = permitted(() => ProgramSlot.create());
  using program = openPinned(request.attachType, request);
  if (request.state === 'attached') slot.put(program);
  using link = permitted(() => attachDispatcher(slot, request.attachType, request.target, { btf }));
  slot.pin(request.slotPin);
  try {
    link.pin(request.linkPin)[Symbol.dispose]();
    return link.id;
  } catch (error) {
    throw takeBack(error, [() => unpinAt(request.slotPin)]);
  }
}

/** The program itself was loaded before: if the kernel forbids this, it is arrays of programs, or tail calls, that it forbids. */
function permitted<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof UnsupportedError)) throw cause;
    const message = `a dispatcher is refused: ${cause.message}`;
    throw new UnsupportedError(message, {
      cause,
      hint: 'write "replace: overlap"',
      log: cause.log,
    });
  }
}

/** Puts another program into a pinned slot, or none; the one that was in it is held, to be put back or let go. */
export function exchangeProgram({ slotPin, from, to }: ExchangeRequest): Exchanged {
  using slot = ProgramSlot.fromPin(slotPin);
  const found = slot.programId();
  if (found !== from?.id) {
    const expected = from === undefined ? 'none' : `program ${from.id}`;
    const message = `the slot "${slotPin}" holds ${found === undefined ? 'none' : `program ${found}`} by now, not ${expected}`;
    throw new FailedError(message, {
      hint: 'run "fentryctl plan" to see what differs',
      isPassing: true,
    });
  }
  using program =
    to === undefined ? undefined : FEntry.fromPin(to.programPin, { name: to.program });
  const before = from === undefined ? nobody : hold(from);
  fillOrLeave(slot, program, before);
  return {
    programId: program?.id, // which was read back from the slot
    restore: () => {
      using previous = before;
      using again = ProgramSlot.fromPin(slotPin);
      previous.putBack(again);
    },
    release: () => before[Symbol.dispose](),
  };
}

/** What was in a slot. */
interface Former extends Disposable {
  readonly putBack: (slot: ProgramSlot) => void;
}

const nobody: Former = { putBack: (slot) => fill(slot, undefined), [Symbol.dispose]: nothing };

/** Of a program that is only held, nobody needs to know more than its id. */
const unnamed = { name: 'the one before', target: 'its target' };

/** The slot has it, so that its id is it; only where that takes a privilege more, its pin has to be opened and looked at. */
function hold(from: KnownProgram): Former {
  const program = openById('fentry', from.id, unnamed.name) ?? openRunning('fentry', from, unnamed);
  if (program !== undefined)
    return {
      putBack: (slot) => fill(slot, program),
      [Symbol.dispose]: () => program[Symbol.dispose](),
    };
  const refuse = (): void => {
    throw notHeld(from.id);
  };
  return { putBack: refuse, [Symbol.dispose]: nothing };
}

/** What could not be read back may be in all the same: what was in before is put back. */
function fillOrLeave(slot: ProgramSlot, program: TracingProgram | undefined, before: Former): void {
  try {
    fill(slot, program);
  } catch (error) {
    using previous = before;
    throw takeBack(error, [() => previous.putBack(slot)]);
  }
}

function fill(slot: ProgramSlot, program: TracingProgram | undefined): void {
  if (program !== undefined) return slot.put(program);
  slot.clear();
  const found = slot.programId();
  if (found !== undefined)
    throw new FailedError(`the slot still holds program ${found}`, { isPassing: true });
}

function nothing(): void {}
