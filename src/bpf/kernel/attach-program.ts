import type { AttachRequest } from '../../apply/kernel.ts';
import { FailedError } from '../../base/errors.ts';
import type { ObservedLink } from '../../state/observed.ts';
import { explain } from '../explain.ts';
import type { Fd } from '../libbpf/fd.ts';
import { attachTypeNumbers, readLinkInfo, readProgramInfo } from '../libbpf/info.ts';
import { createLink, openPin, pin, unpin } from '../libbpf/pin.ts';

/** Attaches a pinned program, pins the link and reads it back, or leaves nothing. */
export function attachProgram({
  programPin,
  linkPin,
  attachType,
  program,
  target,
}: AttachRequest): ObservedLink {
  try {
    using programFd = openPin(programPin);
    using link = createLink(programFd, attachTypeNumbers[attachType]);
    pin(link, linkPin);
    return readBackOrUnpin(linkPin, programFd);
  } catch (error) {
    throw explain(error, 'attach', `attach program "${program}" to "${target}"`);
  }
}

function readBackOrUnpin(linkPin: AttachRequest['linkPin'], programFd: Fd): ObservedLink {
  try {
    return readBack(linkPin, programFd);
  } catch (error) {
    unpin(linkPin);
    throw error;
  }
}

/** No attach is reported before the kernel shows a link of this very program at the pin. */
function readBack(linkPin: AttachRequest['linkPin'], programFd: Fd): ObservedLink {
  using fd = openPin(linkPin);
  const link = readLinkInfo(fd);
  const program = readProgramInfo(programFd);
  if (link !== undefined && program !== undefined && link.programId === program.id) return link;
  throw new FailedError(`"${linkPin}" is not the link just made`);
}
