import { PrivilegeError } from '../../base/errors.ts';
import { eachLink, eachProgram } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import type { Fd } from '../libbpf/fd.ts';
import type { LinkInfo } from '../links/link-info.ts';
import { linkInfo } from '../links/link-info.ts';
import { capabilityHint } from '../privileges.ts';
import type { ProgramInfo } from './program-info.ts';
import { programInfo } from './program-info.ts';

/** All programs that the kernel has now, of every type, in the order of their ids (CAP_SYS_ADMIN; Linux 4.13). aya::programs::loaded_programs. */
export function* loadedPrograms(): Generator<ProgramInfo> {
  yield* describeEach('programs', eachProgram(), programInfo);
}

/** All links that the kernel has now, of every type, in the order of their ids (CAP_SYS_ADMIN; Linux 5.8). aya::programs::loaded_links. */
export function* loadedLinks(): Generator<LinkInfo> {
  yield* describeEach('links', eachLink(), linkInfo);
}

function* describeEach<Info>(
  what: string,
  fds: Iterable<Fd>,
  describe: (fd: number) => Info,
): Generator<Info> {
  try {
    for (const fd of fds) yield describe(fd.number);
  } catch (error) {
    if (!(error instanceof CallError) || error.errnoName !== 'EPERM') throw error;
    const message = `cannot list the ${what}: missing CAP_SYS_ADMIN`;
    throw new PrivilegeError(message, { hint: capabilityHint(['CAP_SYS_ADMIN']), cause: error });
  }
}
