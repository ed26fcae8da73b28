import type { FoundPins } from '../../state/found-program.ts';

/** What others pinned, for programs, under the names that bpftool gives them. */
export function foundFacts({ programs, others }: FoundPins): object {
  return {
    programs: programs.map((program) => ({
      id: program.id,
      name: program.name,
      tag: program.tag,
      attach_type: program.attachType,
      target: program.target,
      btf_id: program.btfId,
      maps: program.maps,
      pinned: program.pins,
      links: program.links.map(({ id, pin }) => ({ id, pinned: pin })),
    })),
    left_alone: others.map(({ path, what }) => ({ pinned: path, what })),
  };
}
