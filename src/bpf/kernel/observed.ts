import type { AttachType } from '../../state/object-info.ts';
import type { ObservedDispatchSlot, ObservedLink, ObservedProgram } from '../../state/observed.ts';
import type { LinkInfo } from '../links/link-info.ts';
import type { PinnedMapInfo } from '../pins/pinned.ts';
import type { ProgramFactsWithMaps } from '../programs/program-info.ts';

/** What the runner wants to know of a program. */
export function observedProgram(facts: ProgramFactsWithMaps): ObservedProgram {
  return {
    id: facts.id,
    tag: facts.tag,
    kernelName: facts.name,
    attachBtfId: facts.attachBtfId,
    attachObjectId: facts.attachBtfObjectId,
    mapIds: facts.mapIds,
    loadedAtBootNs: facts.loadedAtBootNs,
    runCount: facts.runCount,
    runTimeNs: facts.runTimeNs,
    recursionMisses: facts.recursionMisses,
  };
}

/** What the runner wants to know of a link. */
export function observedLink(info: LinkInfo): ObservedLink {
  const { id, programId, attachType, targetBtfId, targetObjectId } = info;
  return { id, programId, attachType: attachTypeOf(attachType), targetBtfId, targetObjectId };
}

/** What the runner wants to know of a map with room for one program; `undefined` for any other. */
export function observedSlot({ id, holds }: PinnedMapInfo): ObservedDispatchSlot | undefined {
  if (holds === undefined) return undefined;
  return { id, programId: holds === 'empty' ? undefined : holds };
}

function attachTypeOf(kind: LinkInfo['attachType']): AttachType | undefined {
  return kind === 'fentry' || kind === 'fexit' ? kind : undefined;
}
