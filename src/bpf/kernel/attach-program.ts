import type { AttachRequest, DetachRequest, Taken } from '../../apply/kernel.ts';
import type { PinPath } from '../../state/ids.ts';
import { PinnedLink } from '../links/link.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';
import { observedLink } from './observed.ts';
import { openPinned, openRunning } from './open-program.ts';

/** Attaches a pinned program and pins the link, or leaves nothing; says the link's id. */
export function attachProgram(request: AttachRequest): number {
  using program = openPinned(request.attachType, request);
  return attachAndPin(program, request.linkPin);
}

/** Removes a pinned link and lets it go at once; its program is held, to be attached again or let go. */
export function detachLink({ linkPin, from, program: name, target }: DetachRequest): Taken {
  using pinned = PinnedLink.fromPin(linkPin);
  const { attachType = 'fentry' } = observedLink(pinned.info());
  const program = openRunning(attachType, from, { name, target });
  try {
    pinned.unpin().detach();
  } catch (error) {
    program[Symbol.dispose]();
    throw error;
  }
  return {
    restore: () => {
      using again = program;
      attachAndPin(again, linkPin);
    },
    release: () => program[Symbol.dispose](),
  };
}

/** `attach` looked at the link that the kernel made; its pin is opened by the next observation. */
function attachAndPin(program: TracingProgram, linkPin: PinPath): number {
  using link = program.takeLink(program.attach());
  link.pin(linkPin)[Symbol.dispose]();
  return link.id;
}
