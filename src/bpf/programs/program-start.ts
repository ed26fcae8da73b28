import type { Fd } from '../libbpf/fd.ts';
import type { LinkedProgram } from '../libbpf/load-options.ts';
import type { ProgramFacts } from './program-info.ts';

/** A program of an object, ready to be loaded any number of times. */
export interface ProgramCode {
  readonly linked: LinkedProgram;
  readonly gplCompatible: boolean;
  readonly sleepable: boolean;
  readonly logLevel: number;
  /** False once the object was closed: its maps are gone then. */
  isOpen(): boolean;
  /** Keeps its maps in the kernel until it is let go, even when it is closed meanwhile. */
  hold(): Disposable;
}

/** What of a loaded program never changes, so that the kernel is asked once. */
export type ProgramIdentity = Pick<ProgramFacts, 'id' | 'attachBtfId'>;

/** Where a program comes from: code that can be loaded, or one that the kernel has. */
export interface ProgramStart {
  readonly name: string;
  readonly code?: ProgramCode | undefined;
  readonly fd?: Fd | undefined;
  /** Of one that the kernel has. */
  readonly identity?: ProgramIdentity | undefined;
  /** What it was loaded for, or, before that, what its section names. */
  readonly target?: string | undefined;
  readonly pinnedAt?: string | undefined;
}
