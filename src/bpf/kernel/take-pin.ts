import type { Taken } from '../../apply/kernel.ts';
import type { PinPath } from '../../state/ids.ts';
import { isSymlink, permitted, readNote, removeNote, writeNote } from '../bpffs.ts';
import { PinnedLink } from '../links/link.ts';
import { HeldPin } from '../pins/held-pin.ts';

/** Removes a name from bpffs and holds what it stood for. */
export function takePin(path: PinPath): Taken {
  if (isSymlink(path)) return takeNote(path);
  const held = HeldPin.take(path);
  return held === undefined ? takeLink(path) : takeOther(path, held);
}

function takeNote(path: PinPath): Taken {
  const text = readNote(path);
  permitted(`remove "${path}"`, () => removeNote(path));
  return { restore: () => writeNote(path, text), release: () => undefined };
}

/** Released, it is proven to be detached. */
function takeLink(path: PinPath): Taken {
  using pinned = PinnedLink.fromPin(path);
  const link = pinned.unpin();
  return {
    restore: () => {
      using held = link;
      held.pin(path)[Symbol.dispose]();
    },
    release: () => link.detach(),
  };
}

function takeOther(path: PinPath, held: HeldPin): Taken {
  return {
    restore: () => {
      using last = held;
      last.pin(path);
    },
    release: () => held[Symbol.dispose](),
  };
}
