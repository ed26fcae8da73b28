import type { KnownNames } from './from-kernel.ts';
import { startFromInfo, startFromPin } from './from-kernel.ts';
import type { ProgramInfo } from './program-info.ts';
import { TracingProgram } from './tracing-program.ts';

/**
 * A program on a hook of the Linux security modules, by the hook's name, e.g. `file_open` (`SEC("lsm/…")`, Linux 5.7 with
 * CONFIG_BPF_LSM and `bpf` among the boot's `lsm=`). It can deny what it watches. aya::programs::Lsm.
 */
export class Lsm extends TracingProgram {
  /** What the kernel says such a program is. */
  static readonly programType = 'lsm';
  readonly kind = 'lsm';

  /**
   * Opens a pinned program, to be attached again, looked at or unpinned. `InvalidPin`, `UnexpectedProgramType`.
   * `known` is for messages: the kernel keeps neither the whole name nor the target's.
   */
  static fromPin(path: string, known: KnownNames = {}): Lsm {
    return new Lsm(startFromPin('lsm', path, known));
  }

  /**
   * Opens a loaded program that the kernel told of, by its id (CAP_SYS_ADMIN); `name` is its whole name. The type is
   * checked as far as the kernel tells it, the kind when it is attached. `UnknownProgram`, `UnexpectedProgramType`.
   */
  static fromProgramInfo(info: Pick<ProgramInfo, 'id'>, name: string): Lsm {
    return new Lsm(startFromInfo('lsm', info, name));
  }
}
