import type { AttachRequest } from '../../apply/kernel.ts';
import { FailedError } from '../../base/errors.ts';
import type { ObservedLink } from '../../state/observed.ts';
import { PinnedLink } from '../links/link.ts';
import { unpinAt } from '../pins/pin-path.ts';
import { FEntry } from '../programs/fentry.ts';
import { FExit } from '../programs/fexit.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';
import { observedLink } from './observed.ts';

/** Attaches a pinned program, pins the link and reads it back, or leaves nothing. */
export function attachProgram(request: AttachRequest): ObservedLink {
  using program = openProgram(request);
  const linkId = program.attach();
  using link = program.takeLink(linkId);
  link.pin(request.linkPin)[Symbol.dispose]();
  return readBackOrUnpin(request.linkPin, linkId);
}

function openProgram({ attachType, programPin, program, target }: AttachRequest): TracingProgram {
  const options = { name: program, target };
  switch (attachType) {
    case 'fentry':
      return FEntry.fromPin(programPin, options);
    case 'fexit':
      return FExit.fromPin(programPin, options);
  }
}

function readBackOrUnpin(linkPin: AttachRequest['linkPin'], linkId: number): ObservedLink {
  try {
    using pinned = PinnedLink.fromPin(linkPin);
    if (pinned.id === linkId) return observedLink(pinned.info());
    throw new FailedError(`"${linkPin}" is not the link just made`);
  } catch (error) {
    unpinAt(linkPin);
    throw error;
  }
}
