import { didYouMean } from '../../base/suggest.ts';
import { EbpfError } from '../ebpf-error.ts';
import { FEntry } from './fentry.ts';
import { FExit } from './fexit.ts';
import { FModRet } from './fmod-ret.ts';
import { Lsm } from './lsm.ts';
import type { ProgramKind } from './program-kind.ts';
import { meaningOfSection } from './program-kind.ts';
import type { ProgramCode, ProgramStart } from './program-start.ts';
import type { TracingProgram } from './tracing-program.ts';

/** What an object file says of one of its programs. */
export interface ProgramSource {
  readonly name: string;
  /** As written in the source, e.g. `fentry/vfs_open`. */
  readonly section: string;
  /** `undefined` where it was not made ready (the `programs` option), or is of a kind that this library does not load. */
  readonly code: ProgramCode | undefined;
}

/** A program of an object, before one knows as what to use it (aya::programs::Program). */
export class Program implements Disposable {
  readonly name: string;
  readonly section: string;
  /** `undefined` for kinds that this library does not load, such as kprobes. */
  readonly kind: ProgramKind | undefined;
  /** The function, or the hook, that its section names: what `load` takes by default. */
  readonly sectionTarget: string | undefined;
  readonly #source: ProgramSource;
  readonly #duplicates: Program[] = [];
  #program: TracingProgram | undefined;

  constructor(source: ProgramSource) {
    const meaning = meaningOfSection(source.section);
    this.name = source.name;
    this.section = source.section;
    this.kind = meaning?.kind;
    this.sectionTarget = meaning?.target;
    this.#source = source;
  }

  /** As a fentry program; the same one whenever it is asked. Another kind is `UnexpectedProgramType`. */
  asFEntry(): FEntry {
    return this.#as(FEntry, 'fentry');
  }

  /** As a fexit program. */
  asFExit(): FExit {
    return this.#as(FExit, 'fexit');
  }

  /** As a fmod_ret program. */
  asFModRet(): FModRet {
    return this.#as(FModRet, 'fmod_ret');
  }

  /** As an LSM program. */
  asLsm(): Lsm {
    return this.#as(Lsm, 'lsm');
  }

  /** As whatever its section says. `UnexpectedProgramType` where this library does not load that. */
  asTracing(): TracingProgram {
    switch (this.kind) {
      case 'fentry':
        return this.asFEntry();
      case 'fexit':
        return this.asFExit();
      case 'fmod_ret':
        return this.asFModRet();
      case 'lsm':
        return this.asLsm();
      case undefined:
        throw this.#unexpected('tracing');
    }
  }

  /** The same code once more, to be loaded for another function: relocated once, a program of its own in the kernel. */
  duplicate(): Program {
    const program = new Program(this.#source);
    this.#duplicates.push(program);
    return program;
  }

  /** Closes the program and its duplicates: unloads them unless they are pinned. */
  [Symbol.dispose](): void {
    for (const duplicate of this.#duplicates) duplicate[Symbol.dispose]();
    this.#program?.[Symbol.dispose]();
  }

  #as<Class extends TracingProgram>(
    wanted: new (start: ProgramStart) => Class,
    kind: ProgramKind,
  ): Class {
    if (this.#program instanceof wanted) return this.#program;
    if (this.kind !== kind) throw this.#unexpected(kind);
    const { name, code } = this.#source;
    if (code === undefined) {
      const hint = 'name it in the "programs" option of "Ebpf.load"';
      throw new EbpfError('UnknownProgram', `program "${name}" was left out`, { hint });
    }
    const program = new wanted({ name, code, target: this.sectionTarget });
    this.#program = program;
    return program;
  }

  #unexpected(kind: string): EbpfError {
    const message = `program "${this.name}" is not a ${kind} program: its section is "${this.section}"`;
    return new EbpfError('UnexpectedProgramType', message);
  }
}

/** A program by name, or an `UnknownProgram` that suggests near ones. */
export function findProgram<Found>(programs: ReadonlyMap<string, Found>, name: string): Found {
  const program = programs.get(name);
  if (program !== undefined) return program;
  const names = [...programs.keys()];
  const hint = didYouMean(name, names) ?? `it has ${names.join(', ') || 'no programs'}`;
  throw new EbpfError('UnknownProgram', `the object has no program "${name}"`, { hint });
}
