import type { AttachRequest, DetachRequest, Taken } from '../../apply/kernel.ts';
import type { PinPath } from '../../state/ids.ts';
import { PinnedLink } from '../links/link.ts';
import type { TracingProgram } from '../programs/tracing-program.ts';
import { observedLink } from './observed.ts';
import { notHeld, openPinned, openRunning } from './open-program.ts';
import { takeBack } from './take-back.ts';

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
  const restore = (): void => {
    using again = program;
    if (again === undefined) throw notHeld(from.id);
    attachAndPin(again, linkPin);
  };
  try {
    unpinAndDetach(pinned, restore);
  } catch (error) {
    program?.[Symbol.dispose]();
    throw error;
  }
  return { restore, release: () => program?.[Symbol.dispose]() };
}

/** A link that is not proven to be gone may be all the same: then its program is attached again. */
function unpinAndDetach(pinned: PinnedLink, restore: () => void): void {
  const link = pinned.unpin();
  try {
    link.detach();
  } catch (error) {
    throw takeBack(error, [restore]);
  }
}

/** `attach` looked at the link that the kernel made; its pin is opened by the next observation. */
function attachAndPin(program: TracingProgram, linkPin: PinPath): number {
  using link = program.takeLink(program.attach());
  link.pin(linkPin)[Symbol.dispose]();
  return link.id;
}
