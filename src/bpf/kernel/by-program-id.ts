import type { Runs } from '../../apply/kernel.ts';
import { factsById } from '../programs/facts-by-id.ts';
import type { ProgramFactsWithMaps } from '../programs/program-info.ts';

/** How often a tracing program ran, whichever kind it is; `undefined` where it cannot be opened. */
export function runsOf(programId: number): Runs | undefined {
  const facts = tracingFacts(programId);
  if (facts === undefined) return undefined;
  const { runCount, runTimeNs, recursionMisses } = facts;
  return { runCount, runTimeNs, recursionMisses };
}

/** Ids of the maps that it uses; `undefined` as above. */
export function mapsOf(programId: number): readonly number[] | undefined {
  return tracingFacts(programId)?.mapIds;
}

/** Of programs of another type it is nothing, as if they were gone: an id may be anybody's. */
function tracingFacts(programId: number): ProgramFactsWithMaps | undefined {
  const facts = factsById(programId);
  return facts?.type === 'tracing' ? facts : undefined;
}
