import type { KnownNames } from './from-kernel.ts';
import { startFromInfo, startFromPin } from './from-kernel.ts';
import type { ProgramInfo } from './program-info.ts';
import { TracingProgram } from './tracing-program.ts';

/**
 * A program that runs before a function and may return in its place (`SEC("fmod_ret/…")`, Linux 5.7): only on functions
 * that the kernel marks for it (ALLOW_ERROR_INJECTION, or `security_…`; kernel/bpf/verifier.c, check_attach_modify_return).
 */
export class FModRet extends TracingProgram {
  /** What the kernel says such a program is. */
  static readonly programType = 'tracing';
  readonly kind = 'fmod_ret';

  /**
   * Opens a pinned program, to be attached again, looked at or unpinned. `InvalidPin`, `UnexpectedProgramType`.
   * `known` is for messages: the kernel keeps neither the whole name nor the target's.
   */
  static fromPin(path: string, known: KnownNames = {}): FModRet {
    return new FModRet(startFromPin('fmod_ret', path, known));
  }

  /**
   * Opens a loaded program that the kernel told of, by its id (CAP_SYS_ADMIN); `name` is its whole name. The type is
   * checked as far as the kernel tells it, the kind when it is attached. `UnknownProgram`, `UnexpectedProgramType`.
   */
  static fromProgramInfo(info: Pick<ProgramInfo, 'id'>, name: string): FModRet {
    return new FModRet(startFromInfo('fmod_ret', info, name));
  }
}
