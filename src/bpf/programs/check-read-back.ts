import { EbpfError } from '../ebpf-error.ts';
import type { Fd } from '../libbpf/fd.ts';
import type { LinkInfo } from '../links/link-info.ts';
import { linkInfo } from '../links/link-info.ts';
import type { ProgramFacts } from './program-info.ts';
import { programFacts } from './program-info.ts';
import type { ProgramKind } from './program-kind.ts';
import { programKinds } from './program-kind.ts';
import type { ResolvedTarget } from './target.ts';

/** No load is reported before the kernel shows a program of that type for that very function; otherwise it is closed. */
export function checkLoaded(fd: Fd, kind: ProgramKind, target: ResolvedTarget): ProgramFacts {
  try {
    const facts = programFacts(fd.number);
    const { type, attachBtfId } = facts;
    if (type !== programKinds[kind].type) throw notWhatWasLoaded(`is of type ${type}`);
    if (attachBtfId === undefined || attachBtfId === target.btfId) return facts; // before 6.0 it does not tell
    throw notWhatWasLoaded(
      `is for BTF id ${attachBtfId}, not for "${target.text}" (${target.btfId})`,
    );
  } catch (error) {
    fd[Symbol.dispose]();
    throw error;
  }
}

/**
 * No attach is reported before the kernel shows a link of that very program. The kind counts too: where the kernel
 * refuses a wrong one, libbpf falls back to a call that attaches whatever the program is (bpf_link_create in bpf.c).
 */
export function checkAttached(fd: Fd, kind: ProgramKind, programId: number): LinkInfo {
  try {
    const info = linkInfo(fd.number);
    if (info.programId !== programId) {
      throw new EbpfError(
        'AttachFailed',
        `the kernel attached program ${info.programId}, not ${programId}`,
      );
    }
    if (info.attachType === kind) return info;
    const message = `the program is of kind ${info.attachType ?? 'unknown'}, not ${kind}; it was detached at once`;
    throw new EbpfError('UnexpectedProgramType', message);
  } catch (error) {
    fd[Symbol.dispose]();
    throw error;
  }
}

/** `struct bpf_link_create_opts` has 64 bits for it. */
export function checkCookie(cookie: bigint): void {
  if (cookie >= 0n && cookie < 2n ** 64n) return;
  throw new EbpfError('InvalidValue', `a cookie is from 0 to 2^64 - 1, not ${cookie}`);
}

function notWhatWasLoaded(why: string): EbpfError {
  return new EbpfError('LoadFailed', `the program that the kernel loaded ${why}`);
}
