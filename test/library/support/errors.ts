import { AppError } from '../../../src/base/errors.ts';

/** What a call throws, which must be an error of ours. */
export function errorOf(call: () => unknown): AppError {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
