import { PrivilegeError } from '../../base/errors.ts';
import { Btf } from '../btf/btf.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { vmlinuxPath } from '../btf/read-btf.ts';
import { EbpfError } from '../ebpf-error.ts';
import { openBtfById, openModuleBtf, openProgramById } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import type { Fd } from '../libbpf/fd.ts';
import { readBtfData } from '../libbpf/info.ts';
import { openPinAt } from '../pins/pin-path.ts';
import { capabilityHint } from '../privileges.ts';
import { programFacts } from './program-info.ts';
import type { ProgramKind } from './program-kind.ts';
import { areSameFunction } from './same-function.ts';
import { splitModule } from './split-module.ts';

/**
 * What a program is loaded for: a kernel function by name, a module's function as `module:function` (exactly that
 * module; Linux 5.11), or a function of another BPF program. For an LSM program, the name of a hook.
 */
export type Target = string | ProgramTarget;

/** A function of a loaded BPF program, which is given by its pin or its id (the id takes CAP_SYS_ADMIN). */
export interface ProgramTarget {
  readonly program: string | number | { readonly id: number };
  readonly function: string;
}

/** A target as the kernel wants it. */
export interface ResolvedTarget extends Disposable {
  /** For people. */
  readonly text: string;
  readonly btfId: number;
  /** The module's BTF, or the program, that the id belongs to; 0 for the kernel's own. */
  readonly btfObjectFd: number;
  readonly programFd: number;
}

/**
 * Looks a target up. Throws an `EbpfError`: `UnknownType` where there is no such function, module or program, or none was
 * named, `AmbiguousType` where there are several functions of that name; a `PrivilegeError` where it takes CAP_SYS_ADMIN.
 */
export function resolveTarget(
  target: Target | undefined,
  kind: ProgramKind,
  btf: () => Btf,
): ResolvedTarget {
  if (target === undefined) {
    const hint = 'give "load" the function: load("vfs_open")';
    throw new EbpfError(
      'UnknownType',
      'no function is named, neither to "load" nor in the section of the program',
      { hint },
    );
  }
  if (typeof target !== 'string') return ofProgram(target);
  const [module, name] = splitModule(target);
  if (module !== undefined) return ofModule(module, name, btf());
  const btfId = kernelId(btf(), kind === 'lsm' ? `bpf_lsm_${name}` : name);
  return { text: target, btfId, btfObjectFd: 0, programFd: 0, [Symbol.dispose]: nothing };
}

/** An id out of other BTF than the running kernel's would mean any other function there, or none. */
function kernelId(btf: Btf, name: string): number {
  const id = onlyId(btf, name);
  if (btf.path === vmlinuxPath || kernelBtf().find(name).includes(id)) return id;
  const message = `the BTF that was given has "${name}" as type ${id}, which it is not in the running kernel`;
  throw new EbpfError('UnknownType', message, {
    hint:
      btf.base === undefined
        ? 'give what "Btf.fromSysFs" returned, or nothing'
        : 'name a module\'s function "module:function"',
  });
}

function ofModule(module: string, name: string, btf: Btf): ResolvedTarget {
  const text = `${module}:${name}`;
  const base = btf.path === vmlinuxPath ? btf : kernelBtf(); // ids go on where the kernel's own end
  const btfId = onlyId(Btf.forModule(module, base), name, module);
  const fd = privileged(`look up the BTF of module "${module}"`, () => openModuleBtf(module));
  if (fd === undefined) throw new EbpfError('UnknownModule', `module "${module}" is gone`);
  return { text, btfId, btfObjectFd: fd.number, programFd: 0, [Symbol.dispose]: closing(fd) };
}

function onlyId(btf: Btf, name: string, module?: string): number {
  const [first, ...others] = btf.find(name);
  const isOne =
    first !== undefined &&
    (others.length === 0 || areSameFunction(btf, name, [first, ...others], module));
  return isOne ? first : btf.idOf(name); // which says what is wrong
}

/** A target as messages name it, whether or not there is one. */
export function textOf(target: Target): string {
  return typeof target === 'string' ? target : `${describe(target.program)}:${target.function}`;
}

function ofProgram({ program, function: name }: ProgramTarget): ResolvedTarget {
  const text = textOf({ program, function: name });
  const fd = openProgram(program);
  try {
    const btfId = btfOfProgram(fd, text).idOf(name);
    return { text, btfId, btfObjectFd: 0, programFd: fd.number, [Symbol.dispose]: closing(fd) };
  } catch (error) {
    fd[Symbol.dispose]();
    throw error;
  }
}

function describe(program: ProgramTarget['program']): string {
  if (typeof program === 'string') return `"${program}"`;
  return `program ${typeof program === 'number' ? program : program.id}`;
}

/** Opens a program that is given as in a target; ours to close. Errors as those of `resolveTarget`. */
export function openProgram(program: ProgramTarget['program']): Fd {
  if (typeof program === 'string') return openPinnedProgram(program);
  const id = typeof program === 'number' ? program : program.id;
  return privileged(`open program ${id}`, () => {
    try {
      return openProgramById(id);
    } catch (error) {
      if (!(error instanceof CallError) || error.errnoName !== 'ENOENT') throw error;
      throw new EbpfError('UnknownProgram', `there is no program with id ${id}`, { cause: error });
    }
  });
}

function openPinnedProgram(path: string): Fd {
  const fd = openPinAt(path);
  if (fd.kind() === 'program') return fd;
  const message = `"${path}" is a ${fd.kind()}, not a program`;
  fd[Symbol.dispose]();
  throw new EbpfError('InvalidPin', message);
}

/** The kernel finds the function in the target program's own BTF (kernel/bpf/verifier.c, bpf_check_attach_target). Errors as those of `resolveTarget`. */
export function btfOfProgram(fd: Fd, text: string): Btf {
  const { btfId } = programFacts(fd.number);
  if (btfId === undefined) {
    const hint = 'compile it with "clang -g", and load it with its BTF';
    throw new EbpfError('UnknownType', `cannot attach to ${text}: it has no BTF`, { hint });
  }
  return privileged(`read the BTF of ${text}`, () => {
    using btf = openBtfById(btfId);
    return new Btf(readBtfData(btf.number));
  });
}

function privileged<Result>(doing: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CallError) || error.errnoName !== 'EPERM') throw error;
    const hint = capabilityHint(['CAP_SYS_ADMIN']);
    throw new PrivilegeError(`cannot ${doing}: missing CAP_SYS_ADMIN`, { hint, cause: error });
  }
}

function closing(fd: Fd): () => void {
  return () => fd[Symbol.dispose]();
}

function nothing(): void {
  // the kernel's own BTF needs no fd
}
