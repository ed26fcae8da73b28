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

/**
 * Opens a program that runs: where it is pinned, which takes no privilege more, and by its id if it is not there any more; `undefined`
 * where it is not ours to open it so.
 */
export function openRunning(
  attachType: AttachType,
  { id, pin }: KnownProgram,
  names: Required<KnownNames>,
): TracingProgram | undefined {
  if (pin === undefined || !exists(pin)) return openById(attachType, id, names.name);
  const program = fromPin(attachType, pin, names);
  if (hasId(program, id)) return program;
  program[Symbol.dispose](); // another version is pinned there by now
  return openById(attachType, id, names.name);
}

/** `undefined` without CAP_SYS_ADMIN. */
export function openById(
  attachType: AttachType,
  id: number,
  name: string,
): TracingProgram | undefined {
  try {
    return fromId(attachType, id, name);
  } catch (error) {
    if (error instanceof PrivilegeError) return undefined;
    throw error;
  }
}

/** Why one that could not be opened, and made room all the same, cannot be put back when what came after it failed. */
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
