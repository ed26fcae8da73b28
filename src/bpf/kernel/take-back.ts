import { AppError } from '../../base/errors.ts';

/**
 * Takes back what a call that fails has done by then, as far as that goes, and hands its error back, which then says
 * what could not be taken back: memory that lacked for the call may lack for that, too.
 */
export function takeBack(error: unknown, steps: readonly (() => void)[]): unknown {
  const errors = steps.flatMap((step) => {
    try {
      step();
      return [];
    } catch (refusal) {
      return [refusal];
    }
  });
  if (error instanceof AppError) error.leftBehind.push(...errors);
  return error;
}
