import type { Runs } from '../../apply/kernel.ts';
import { AppError } from '../../base/errors.ts';
import { FEntry } from '../programs/fentry.ts';

/** How often a tracing program ran, whichever kind it is; `undefined` where it cannot be opened. */
export function runsOf(programId: number): Runs | undefined {
  try {
    using program = FEntry.fromProgramInfo({ id: programId }, 'some program');
    const { runCount, runTimeNs } = program.facts();
    return { runCount, runTimeNs };
  } catch (error) {
    if (error instanceof AppError) return undefined; // gone by now, or no privilege
    throw error;
  }
}
