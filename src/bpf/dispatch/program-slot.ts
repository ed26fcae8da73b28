import { EbpfError } from '../ebpf-error.ts';
import { explain } from '../explain.ts';
import type { Fd } from '../libbpf/fd.ts';
import { createProgramArray, dropProgram, programIn, putProgram } from '../libbpf/program-array.ts';
import { CallError } from '../libbpf/errno.ts';
import { mapInfo } from '../maps/map-info.ts';
import { openPinAt, pinAt } from '../pins/pin-path.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';

/**
 * Room for one program that a dispatcher runs (a BPF_MAP_TYPE_PROG_ARRAY of one entry): putting another in is one
 * update, so that every call runs either the old or the new one, once. The kernel empties it when nobody holds it open
 * or pinned. Errors: `InvalidPin`, and `AttachFailed` where the kernel refuses a program.
 */
export class ProgramSlot implements Disposable {
  readonly #fd: Fd;
  #purpose: string | undefined;

  private constructor(fd: Fd) {
    this.#fd = fd;
  }

  /** A new, empty one (CAP_BPF). `MapFailed` where the kernel refuses. */
  static create(): ProgramSlot {
    try {
      return new ProgramSlot(createProgramArray('fentryctl_slot'));
    } catch (error) {
      throw explain(error, 'create', 'make a slot');
    }
  }

  /** A pinned one. `InvalidPin` for anything else: a number written to another map would be its data. */
  static fromPin(path: string): ProgramSlot {
    const fd = openPinAt(path);
    try {
      const type = fd.kind() === 'map' ? mapInfo(fd.number).type : fd.kind();
      if (type === 'prog_array') return new ProgramSlot(fd);
      throw new EbpfError('InvalidPin', `"${path}" is a ${type}, not a slot`);
    } catch (error) {
      fd[Symbol.dispose]();
      throw error;
    }
  }

  /** `Closed` once it is closed, as from all methods. */
  get fd(): number {
    return this.#open().number;
  }

  /** Id of the program that is in; `undefined` when it is empty. */
  programId(): number | undefined {
    return programIn(this.#open());
  }

  /**
   * Puts a program in, in place of the one that is there, and reads it back. `AttachFailed` for one that is of another
   * kind or for another function than the first one or the dispatcher, and for one that no dispatcher can run as it is
   * (`slotObstacle`). Functions are told apart by how they were named. Of programs opened by their pins nothing of that is
   * known here, and the kernel sees only some of it (kernel/bpf/core.c, bpf_prog_map_compatible: Linux 5.10 compares
   * neither kind nor function).
   */
  put(program: TracingProgram): void {
    if (program.slotObstacle !== undefined) throw unfit(program.name, program.slotObstacle);
    this.requirePurpose(program.loadedFor, `program "${program.name}"`);
    try {
      putProgram(this.#open(), program.fd);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const message = `cannot put program "${program.name}" into its slot (${error.errnoName})`;
      const hint =
        error.errnoName === 'EINVAL'
          ? 'it has to be of the same kind, and loaded for the same function, as the first one and the dispatcher'
          : undefined;
      throw new EbpfError('AttachFailed', message, { cause: error, hint });
    }
    const found = this.programId();
    if (found === program.id) return this.notePurpose(program.loadedFor);
    const message = `the slot holds program ${found ?? 'none'}, not ${program.id}`;
    throw new EbpfError('AttachFailed', message);
  }

  /** Throws an `AttachFailed` if it is known to be for something else, e.g. `fentry of vfs_open`. */
  requirePurpose(purpose: string | undefined, whose: string): void {
    if (purpose === undefined || purpose === (this.#purpose ?? purpose)) return;
    const message = `${whose} is ${purpose}, and the slot is for ${this.#purpose}`;
    throw new EbpfError('AttachFailed', message, { hint: 'make a slot of its own for it' });
  }

  /** What it is for from now on, unless that is known already. */
  notePurpose(purpose: string | undefined): void {
    this.#purpose ??= purpose;
  }

  /** Takes the program out: from now on the dispatcher does nothing. Empty already is fine. */
  clear(): void {
    dropProgram(this.#open());
  }

  pin(path: string): void {
    pinAt(path, this.#open());
  }

  [Symbol.dispose](): void {
    this.#fd[Symbol.dispose]();
  }

  /** The number of a closed one may be another thing's by now. */
  #open(): Fd {
    if (this.#fd.isOpen) return this.#fd;
    throw new EbpfError('Closed', 'the slot is closed');
  }
}

function unfit(name: string, obstacle: string): EbpfError {
  const message = `cannot put program "${name}" into a slot: ${obstacle}`;
  return new EbpfError('AttachFailed', message, { hint: 'attach it by itself' });
}
