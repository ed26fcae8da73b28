/** The kinds of program that a trampoline calls: what they are attached with, and the names of their sections. */
export type ProgramKind = 'fentry' | 'fexit' | 'fmod_ret' | 'lsm';

/** What the kernel says a program is, in bpftool's words. */
export type TrampolineType = 'tracing' | 'lsm';

interface KindNumbers {
  readonly type: TrampolineType;
  /** `enum bpf_prog_type` (include/uapi/linux/bpf.h). */
  readonly programType: number;
  /** `enum bpf_attach_type`. */
  readonly attachType: number;
}

/** Numbers of each kind for the kernel. */
export const programKinds: Readonly<Record<ProgramKind, KindNumbers>> = {
  fentry: { type: 'tracing', programType: 26, attachType: 24 },
  fexit: { type: 'tracing', programType: 26, attachType: 25 },
  fmod_ret: { type: 'tracing', programType: 26, attachType: 26 },
  lsm: { type: 'lsm', programType: 29, attachType: 27 },
};

/** What an object's section name says of the program in it. */
export interface SectionMeaning {
  readonly kind: ProgramKind;
  /** The program may sleep (Linux 5.10): its section ends in `.s`. */
  readonly sleepable: boolean;
  /** The function, or the LSM's hook, that it names, if it does. */
  readonly target: string | undefined;
}

const pattern = /^(?<kind>fentry|fexit|fmod_ret|lsm)(?<sleepable>\.s)?(?:\/(?<target>.*))?$/;

/** `undefined` for a section of a program of another kind. libbpf has the same grammar (`section_defs` in libbpf.c). */
export function meaningOfSection(section: string): SectionMeaning | undefined {
  const groups = pattern.exec(section)?.groups;
  if (groups === undefined) return undefined;
  const target = groups['target'];
  return {
    kind: groups['kind'] as ProgramKind, // the pattern has just these
    sleepable: groups['sleepable'] !== undefined,
    target: target === '' ? undefined : target,
  };
}

/** The kind that an attach type stands for; `undefined` for other attach types. */
export function kindOfAttachType(attachType: number): ProgramKind | undefined {
  const kinds: readonly ProgramKind[] = ['fentry', 'fexit', 'fmod_ret', 'lsm'];
  return kinds.find((kind) => programKinds[kind].attachType === attachType);
}
