import type { Runs } from '../../apply/kernel.ts';
import { AppError } from '../../base/errors.ts';
import { FEntry } from '../programs/fentry.ts';
import { programFactsWithMaps } from '../programs/program-info.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';

/** How often a tracing program ran, whichever kind it is; `undefined` where it cannot be opened. */
export function runsOf(programId: number): Runs | undefined {
  return ifOpened(programId, (program) => {
    const { runCount, runTimeNs, recursionMisses } = program.facts();
    return { runCount, runTimeNs, recursionMisses };
  });
}

/** Ids of the maps that it uses; `undefined` as above. */
export function mapsOf(programId: number): readonly number[] | undefined {
  return ifOpened(programId, ({ fd }) => programFactsWithMaps(fd).mapIds);
}

function ifOpened<Found>(
  programId: number,
  tell: (program: TracingProgram) => Found,
): Found | undefined {
  try {
    using program = FEntry.fromProgramInfo({ id: programId }, 'some program');
    return tell(program);
  } catch (error) {
    if (error instanceof AppError) return undefined; // gone by now, or no privilege
    throw error;
  }
}
