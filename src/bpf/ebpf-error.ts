import type { ErrorContext } from '../base/errors.ts';
import { FailedError } from '../base/errors.ts';

/** Why the library refused or failed; what a caller can branch on. Named after aya's error variants where it has them. */
export type EbpfErrorCode =
  | 'NotLoaded'
  | 'AlreadyLoaded'
  | 'NotAttached'
  | 'AlreadyAttached'
  | 'UnexpectedProgramType'
  | 'UnknownProgram'
  | 'UnknownMap'
  | 'UnknownGlobal'
  | 'UnknownType'
  | 'AmbiguousType'
  | 'UnknownModule'
  | 'InvalidBtf'
  | 'InvalidValue'
  | 'InvalidObject'
  | 'InvalidPin'
  | 'Closed'
  | 'Busy'
  | 'LoadFailed'
  | 'VerifierRejected'
  | 'AttachFailed'
  | 'DetachFailed'
  | 'MapFailed';

/** Every error of the library that is not a missing privilege or a missing feature of the kernel. */
export class EbpfError extends FailedError {
  readonly code: EbpfErrorCode;

  constructor(code: EbpfErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context);
    this.code = code;
  }
}
