import { EbpfError } from '../ebpf-error.ts';
import type { Fd } from '../libbpf/fd.ts';
import { createProgramArray, dropProgram, programIn, putProgram } from '../libbpf/program-array.ts';
import { CallError } from '../libbpf/errno.ts';
import { openPinAt, pinAt } from '../pins/pin-path.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';

/**
 * Room for one program that a dispatcher runs (a BPF_MAP_TYPE_PROG_ARRAY of one entry): putting another in is one
 * update, so that every call runs either the old or the new one, once. The kernel empties it when nobody holds it open
 * or pinned. Errors: `InvalidPin`, and `AttachFailed` where the kernel refuses a program.
 */
export class ProgramSlot implements Disposable {
  readonly #fd: Fd;

  private constructor(fd: Fd) {
    this.#fd = fd;
  }

  /** A new, empty one. */
  static create(): ProgramSlot {
    return new ProgramSlot(createProgramArray('fentryctl_slot'));
  }

  /** A pinned one. */
  static fromPin(path: string): ProgramSlot {
    const fd = openPinAt(path);
    if (fd.kind() === 'map') return new ProgramSlot(fd);
    const message = `"${path}" is a ${fd.kind()}, not a slot`;
    fd[Symbol.dispose]();
    throw new EbpfError('InvalidPin', message);
  }

  get fd(): number {
    return this.#fd.number;
  }

  /** Id of the program that is in; `undefined` when it is empty. */
  programId(): number | undefined {
    return programIn(this.#fd);
  }

  /**
   * Puts a program in, in place of the one that is there, and reads it back. The kernel takes only programs of the same
   * type as its first one (kernel/bpf/core.c, bpf_prog_map_compatible), and none that sleep.
   */
  put(program: TracingProgram): void {
    try {
      putProgram(this.#fd, program.fd);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const message = `cannot put program "${program.name}" into its slot (${error.errnoName})`;
      throw new EbpfError('AttachFailed', message, { cause: error });
    }
    const { id } = program.facts();
    const found = this.programId();
    if (found === id) return;
    throw new EbpfError('AttachFailed', `the slot holds program ${found ?? 'none'}, not ${id}`);
  }

  /** Takes the program out: from now on the dispatcher does nothing. Empty already is fine. */
  clear(): void {
    dropProgram(this.#fd);
  }

  pin(path: string): void {
    pinAt(path, this.#fd);
  }

  [Symbol.dispose](): void {
    this.#fd[Symbol.dispose]();
  }
}
