import type { Diagnostic } from './diagnostic.ts';

/** Exit status of the command line; from 64 on they are sysexits(3), which systemd prints by name. */
export const ExitStatus = {
  done: 0,
  failed: 1,
  differs: 2,
  refused: 3,
  usage: 64,
  invalid: 65,
  unsupported: 69,
  bug: 70,
  locked: 75,
  noPrivilege: 77,
} as const;

export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

export interface ErrorContext {
  /** One line that says how to cure it, without a full stop. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Everything the kernel or libbpf said, in full; shown with `--verbose` and in JSON. */
  readonly log?: string | undefined;
  /** It may go well later, with the same files: somebody else changed what we worked on, or switched something off. */
  readonly isPassing?: true;
}

/** Something that a person or the machine got wrong, as opposed to a bug of ours (a plain `Error`). */
export abstract class AppError extends Error {
  abstract readonly exitStatus: ExitStatus;
  readonly hint: string | undefined;
  readonly log: string | undefined;
  readonly isPassing: boolean;
  /** Errors met while taking back what was done before this one: each left something behind. */
  readonly leftBehind: unknown[] = [];

  constructor(message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = new.target.name;
    this.hint = context.hint;
    this.log = context.log;
    this.isPassing = context.isPassing ?? false;
  }
}

/** The command line makes no sense. */
export class UsageError extends AppError {
  readonly exitStatus = ExitStatus.usage;
}

/** A manifest or an object file is wrong; every problem found, each with its place. */
export class InvalidError extends AppError {
  readonly exitStatus = ExitStatus.invalid;
  readonly diagnostics: readonly Diagnostic[];

  constructor(
    message: string,
    diagnostics: readonly Diagnostic[] = [],
    context: ErrorContext = {},
  ) {
    super(message, context);
    this.diagnostics = diagnostics;
  }
}

/** This kernel or host cannot do it, whatever the manifest says. */
export class UnsupportedError extends AppError {
  readonly exitStatus = ExitStatus.unsupported;
}

/** The caller lacks a privilege. */
export class PrivilegeError extends AppError {
  readonly exitStatus = ExitStatus.noPrivilege;
}

/** Another run holds the writer lock. */
export class LockedError extends AppError {
  readonly exitStatus = ExitStatus.locked;
}

/** Why something was refused, as data. */
interface RefusalContext extends ErrorContext {
  readonly refusals?: readonly { readonly code: string }[];
  readonly diagnostics?: readonly Diagnostic[];
}

/**
 * We could, but must not: something foreign is in the way, more would go than anyone may have meant, or others could
 * change what we would load.
 */
export class RefusedError extends AppError {
  readonly exitStatus = ExitStatus.refused;
  /** Each reason with its facts, for programs; the message says them to people. */
  readonly refusals: readonly { readonly code: string }[];
  /** Each file or directory that is at fault, where that is why. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(message: string, context: RefusalContext = {}) {
    super(message, context);
    this.refusals = context.refusals ?? [];
    this.diagnostics = context.diagnostics ?? [];
  }
}

/** An operation failed and what this run had done was rolled back. */
export class FailedError extends AppError {
  readonly exitStatus = ExitStatus.failed;
}

/** For the `default` of a switch over a union: a new member is a compile error here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
