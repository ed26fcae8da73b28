import { PrivilegeError } from '../../base/errors.ts';
import { EbpfError } from '../ebpf-error.ts';
import { openProgramById } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import type { Fd } from '../libbpf/fd.ts';
import { openPinAt } from '../pins/pin-path.ts';
import { capabilityHint } from '../privileges.ts';
import { programFacts } from './program-info.ts';
import type { ProgramFacts, ProgramInfo } from './program-info.ts';
import type { ProgramKind } from './program-kind.ts';
import { programKinds } from './program-kind.ts';
import type { ProgramStart } from './program-start.ts';

/** What a caller knows of a program, and the kernel does not tell whole. */
export interface KnownNames {
  readonly name?: string;
  readonly target?: string;
}

/**
 * A pinned program. `InvalidPin` says what is wrong with the path, `UnexpectedProgramType` that it is of another type.
 * The kernel does not tell fentry, fexit and fmod_ret apart before they are attached; `attach` does.
 */
export function startFromPin(kind: ProgramKind, path: string, known: KnownNames): ProgramStart {
  const fd = openPinAt(path);
  return closingOnError(fd, () => {
    if (fd.kind() !== 'program') {
      throw new EbpfError('InvalidPin', `"${path}" is a ${fd.kind()}, not a program`);
    }
    const identity = checkType(fd, kind, `"${path}"`);
    const { name = identity.name, target } = known;
    return { name, target, fd, identity, pinnedAt: path };
  });
}

/** A loaded program by what the kernel told of it; opening it by id takes CAP_SYS_ADMIN. */
export function startFromInfo(
  kind: ProgramKind,
  info: Pick<ProgramInfo, 'id'>,
  name: string,
): ProgramStart {
  const fd = openById(info.id);
  return closingOnError(fd, () => {
    return { name, fd, identity: checkType(fd, kind, `program ${info.id}`) };
  });
}

function checkType(fd: Fd, kind: ProgramKind, what: string): ProgramFacts {
  const facts = programFacts(fd.number);
  const { type } = facts;
  const { type: expected } = programKinds[kind];
  if (type === expected) return facts;
  throw new EbpfError(
    'UnexpectedProgramType',
    `${what} is a ${type} program, not a ${expected} program`,
  );
}

function openById(id: number): Fd {
  try {
    return openProgramById(id);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.errnoName === 'ENOENT') {
      throw new EbpfError('UnknownProgram', `there is no program with id ${id}`, { cause: error });
    }
    if (error.errnoName !== 'EPERM') {
      const message = `cannot open program ${id} (${error.errnoName})`;
      throw new EbpfError('UnknownProgram', message, { cause: error });
    }
    const message = `cannot open program ${id}: missing CAP_SYS_ADMIN`;
    throw new PrivilegeError(message, { hint: capabilityHint(['CAP_SYS_ADMIN']), cause: error });
  }
}

function closingOnError(fd: Fd, make: () => ProgramStart): ProgramStart {
  try {
    return make();
  } catch (error) {
    fd[Symbol.dispose]();
    throw error;
  }
}
