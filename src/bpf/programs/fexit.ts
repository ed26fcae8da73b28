import type { KnownNames } from './from-kernel.ts';
import { startFromInfo, startFromPin } from './from-kernel.ts';
import type { ProgramInfo } from './program-info.ts';
import { TracingProgram } from './tracing-program.ts';

/** A program that runs when a function returns, and sees what it returns (`SEC("fexit/…")`, Linux 5.5). aya::programs::FExit. */
export class FExit extends TracingProgram {
  /** What the kernel says such a program is. */
  static readonly programType = 'tracing';
  readonly kind = 'fexit';

  /**
   * Opens a pinned program, to be attached again, looked at or unpinned. `InvalidPin`, `UnexpectedProgramType`.
   * `known` is for messages: the kernel keeps neither the whole name nor the target's.
   */
  static fromPin(path: string, known: KnownNames = {}): FExit {
    return new FExit(startFromPin('fexit', path, known));
  }

  /**
   * Opens a loaded program that the kernel told of, by its id (CAP_SYS_ADMIN); `name` is its whole name. The type is
   * checked as far as the kernel tells it, the kind when it is attached. `UnknownProgram`, `UnexpectedProgramType`.
   */
  static fromProgramInfo(info: Pick<ProgramInfo, 'id'>, name: string): FExit {
    return new FExit(startFromInfo('fexit', info, name));
  }
}
