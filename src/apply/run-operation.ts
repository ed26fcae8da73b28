import type { Operation } from '../plan/operation.ts';
import type { ObjectDigest, PinPath } from '../state/ids.ts';
import type { ObjectImage } from '../state/object-image.ts';
import type { ObservedLink, ObservedProgram } from '../state/observed.ts';
import type { Kernel } from './kernel.ts';

/** The bytes of the objects that a plan may load. */
export type Images = ReadonlyMap<ObjectDigest, ObjectImage>;

/** What an operation did, and the two ways it can end: undone, or made final. */
export interface Performed {
  readonly program?: ObservedProgram;
  readonly link?: ObservedLink;
  /** Takes it back: the kernel is as it was before the operation. */
  undo(): void;
  /** Makes it final: what was taken away is let go. */
  commit(): void;
}

/** The only place that turns an operation into calls of the kernel. Throws when the kernel refuses. */
export function runOperation(kernel: Kernel, operation: Operation, images: Images): Performed {
  switch (operation.kind) {
    case 'load': {
      const { pin: programPin, digest, ...rest } = operation;
      const { program, created } = kernel.load({
        ...rest,
        programPin,
        image: imageOf(images, digest),
      });
      return { program, undo: () => removeAll(kernel, created.toReversed()), commit: nothing };
    }
    case 'attach': {
      const link = kernel.attach({ ...operation, linkPin: operation.pin });
      return { link, undo: () => removeAll(kernel, [operation.pin]), commit: nothing };
    }
    case 'protect': {
      kernel.note(operation.pin, operation.text);
      return { undo: () => removeAll(kernel, [operation.pin]), commit: nothing };
    }
    case 'detach':
    case 'unpin': {
      const taken = kernel.take(operation.pin);
      return { undo: () => taken.restore(), commit: () => taken.release() };
    }
  }
}

function imageOf(images: Images, digest: ObjectDigest): ObjectImage {
  const image = images.get(digest);
  if (image === undefined) throw new Error(`no object with digest ${digest} was read`);
  return image;
}

function removeAll(kernel: Kernel, pins: readonly PinPath[]): void {
  for (const pin of pins) kernel.take(pin).release();
}

function nothing(): void {
  // what was made is final as it is
}
