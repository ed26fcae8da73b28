import type { AttachRequest } from '../../apply/kernel.ts';
import { PrivilegeError } from '../../base/errors.ts';
import type { AttachType } from '../../state/object-info.ts';
import type { KnownProgram } from '../../state/observed.ts';
import { exists } from '../bpffs.ts';
import { capabilityHint } from '../privileges.ts';
import { FEntry } from '../programs/fentry.ts';
import { FExit } from '../programs/fexit.ts';
import type { KnownNames } from '../programs/from-kernel.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';

/** Opens a pinned program. */
export function openPinned(
  attachType: AttachType,
  { programPin, program, target }: Pick<AttachRequest, 'programPin' | 'program' | 'target'>,
): TracingProgram {
  return fromPin(attachType, programPin, { name: program, target });
}

/** Opens a program that runs: where it is pinned, which takes no privilege more, and by its id if it is not there any more. */
export function openRunning(
  attachType: AttachType,
  { id, pin }: KnownProgram,
  names: Required<KnownNames>,
): TracingProgram {
  if (pin === undefined || !exists(pin)) return fromId(attachType, id, names.name);
  const program = fromPin(attachType, pin, names);
  if (hasId(program, id)) return program;
  program[Symbol.dispose](); // another version is pinned there by now
  return fromId(attachType, id, names.name);
}

/**
 * The same, of a program that makes room for another one: `undefined` where nothing but its id is left of it, which takes
 * CAP_SYS_ADMIN to open it by. Its successor must not wait for that.
 */
export function openToHold(
  attachType: AttachType,
  running: KnownProgram,
  names: Required<KnownNames>,
): TracingProgram | undefined {
  try {
    return openRunning(attachType, running, names);
  } catch (error) {
    if (error instanceof PrivilegeError) return undefined;
    throw error;
  }
}

/** Why such a one cannot be put back when what came after it failed. */
export function notHeld(id: number): PrivilegeError {
  const message = `cannot put program ${id} back: it has no pin any more, and to open it by its id takes CAP_SYS_ADMIN`;
  return new PrivilegeError(message, { hint: capabilityHint(['CAP_SYS_ADMIN']) });
}

function hasId(program: TracingProgram, id: number): boolean {
  try {
    return program.id === id;
  } catch (error) {
    program[Symbol.dispose]();
    throw error;
  }
}

function fromPin(attachType: AttachType, pin: string, names: KnownNames): TracingProgram {
  switch (attachType) {
    case 'fentry':
      return FEntry.fromPin(pin, names);
    case 'fexit':
      return FExit.fromPin(pin, names);
  }
}

function fromId(attachType: AttachType, id: number, name: string): TracingProgram {
  switch (attachType) {
    case 'fentry':
      return FEntry.fromProgramInfo({ id }, name);
    case 'fexit':
      return FExit.fromProgramInfo({ id }, name);
  }
}
