import type { Btf } from '../btf/btf.ts';
import type { Link } from '../links/link.ts';
import { FEntry } from '../programs/fentry.ts';
import { FExit } from '../programs/fexit.ts';
import type { Target } from '../programs/target.ts';
import { startFromCode } from '../programs/start-from-code.ts';
import type { AttachOptions, TracingProgram } from '../programs/tracing-program.ts';
import { dispatcherCode } from './dispatcher-code.ts';
import type { ProgramSlot } from './program-slot.ts';

export interface DispatchOptions extends AttachOptions {
  /** The running kernel's, read once by default. */
  readonly btf?: Btf | undefined;
}

/** Kinds of program that a dispatcher can stand for. */
export type DispatchedKind = 'fentry' | 'fexit';

/**
 * Attaches a dispatcher to a function: it runs whatever program is in the slot, as if that one were attached itself
 * (Linux 5.10; a tail call, so the program takes the dispatcher's place on the stack). Run statistics are counted on
 * the dispatcher, and a cookie is that of the link returned. Errors as those of `FEntry.load` and `attach`.
 */
export function attachDispatcher(
  slot: ProgramSlot,
  kind: DispatchedKind,
  target: Target,
  { btf, ...options }: DispatchOptions = {},
): Link {
  using dispatcher = programOf(kind, slot);
  dispatcher.load(target, btf);
  return dispatcher.takeLink(dispatcher.attach(options));
}

function programOf(kind: DispatchedKind, slot: ProgramSlot): TracingProgram {
  const start = startFromCode(dispatcherCode('fentryctl_call', slot.fd)); // the slot's owner keeps it
  return kind === 'fentry' ? new FEntry(start) : new FExit(start);
}
