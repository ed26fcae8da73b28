import type { ObservedLink, ObservedProgram } from '../../state/observed.ts';
import type { LinkInfo } from '../links/link-info.ts';
import type { ProgramFactsWithMaps } from '../programs/program-info.ts';

/** What the runner wants to know of a program. */
export function observedProgram(facts: ProgramFactsWithMaps): ObservedProgram {
  return {
    id: facts.id,
    tag: facts.tag,
    kernelName: facts.name,
    attachBtfId: facts.attachBtfId,
    mapIds: facts.mapIds,
    loadedAtBootNs: facts.loadedAtBootNs,
    runCount: facts.runCount,
    runTimeNs: facts.runTimeNs,
  };
}

/** What the runner wants to know of a link. */
export function observedLink({ id, programId, targetBtfId }: LinkInfo): ObservedLink {
  return { id, programId, targetBtfId };
}
