import type { LoadFor } from '../libbpf/load-program.ts';
import type { ProgramKind } from './program-kind.ts';
import { programKinds } from './program-kind.ts';
import type { ProgramCode } from './program-start.ts';
import type { ResolvedTarget } from './target.ts';

const sleepable = 16; // BPF_F_SLEEPABLE

/** What the kernel is told of a program beside its code (BPF_PROG_LOAD, bpf(2)). */
export function loadForOf(code: ProgramCode, kind: ProgramKind, target: ResolvedTarget): LoadFor {
  const { programType, attachType } = programKinds[kind];
  return {
    programType,
    attachType,
    gplCompatible: code.gplCompatible,
    flags: code.sleepable ? sleepable : 0,
    logLevel: code.logLevel,
    attachBtfId: target.btfId,
    attachBtfObjectFd: target.btfObjectFd,
    attachProgramFd: target.programFd,
  };
}
