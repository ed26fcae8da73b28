import type { Btf } from '../btf/btf.ts';
import type { Link } from '../links/link.ts';
import { FEntry } from '../programs/fentry.ts';
import { FExit } from '../programs/fexit.ts';
import { FModRet } from '../programs/fmod-ret.ts';
import type { Target } from '../programs/target.ts';
import { textOf } from '../programs/target.ts';
import { startFromCode } from '../programs/start-from-code.ts';
import type { AttachOptions, TracingProgram } from '../programs/tracing-program.ts';
import { dispatcherCode, dispatcherName } from './dispatcher-code.ts';
import type { ProgramSlot } from './program-slot.ts';

export interface DispatchOptions extends AttachOptions {
  /** The running kernel's, read once by default. */
  readonly btf?: Btf | undefined;
}

/**
 * Kinds of program that a dispatcher can stand for. What a fmod_ret program returns counts; without one, the function runs.
 * LSM programs have to be under a license that the kernel takes for the GPL, which the dispatcher does not claim.
 */
export type DispatchedKind = 'fentry' | 'fexit' | 'fmod_ret';

const classes = { fentry: FEntry, fexit: FExit, fmod_ret: FModRet };

/**
 * Attaches a dispatcher to a function: it runs whatever program is in the slot, as if that one were attached itself
 * (Linux 5.10; a tail call, so the program takes the dispatcher's place on the stack). Run statistics are counted on
 * the dispatcher, and a cookie is that of the link returned. A chain of tail calls of the program is one shorter.
 * Errors as those of `FEntry.load` and `attach`.
 */
export function attachDispatcher(
  slot: ProgramSlot,
  kind: DispatchedKind,
  target: Target,
  { btf, ...options }: DispatchOptions = {},
): Link {
  using dispatcher = programOf(kind, slot);
  const purpose = purposeOf(kind, target);
  slot.requirePurpose(purpose, 'the dispatcher');
  dispatcher.load(target, btf);
  slot.notePurpose(purpose);
  return dispatcher.takeLink(dispatcher.attach(options));
}

function purposeOf(kind: DispatchedKind, target: Target): string {
  return `${kind} of ${textOf(target)}`;
}

function programOf(kind: DispatchedKind, slot: ProgramSlot): TracingProgram {
  const start = startFromCode(dispatcherCode(dispatcherName, slot.fd)); // the slot's owner keeps it
  return new classes[kind](start);
}
