import type { DesiredState, DetachLimit } from '../state/desired.ts';
import { isGone } from '../state/expansion.ts';
import type { KernelFunction, ObjectName, PinPath, ProgramName } from '../state/ids.ts';
import type { ObservedSlot, ObservedState } from '../state/observed.ts';
import type { PinLayout } from '../state/pin-layout.ts';
import type { AttachOperation, ExchangeOperation, Operation } from './operation.ts';
import { compare } from './order.ts';

/** One program of an object attached to one target, whichever version of the object it is. */
export interface Attachment {
  readonly object: ObjectName;
  readonly program: ProgramName;
  readonly target: KernelFunction;
}

/** What is attached now, and what of it a plan gives up; sorted by name. */
export interface Losses {
  /** How many attachments there are before the plan. */
  readonly attached: number;
  /**
   * What goes and is not made up for: a program that watches as many functions afterwards has lost none, even if
   * they are others, or if another object of the manifest has it now.
   */
  readonly lost: readonly Attachment[];
  /** What goes although it is protected; here nothing makes up for it but a new version on the same target. */
  readonly unprotected: readonly Attachment[];
  /** How much the manifest lets go; `undefined`: what `guard` allows by itself. */
  readonly limit: DetachLimit | undefined;
}

/**
 * What is given up by these operations; what is attached to a function that is gone watches nothing, and counts as
 * nothing. Pure; the order of the observed state makes no difference.
 */
export function lossesOf(
  layout: PinLayout,
  observed: ObservedState,
  operations: readonly Operation[],
  { expansions, maxDetach: limit }: Pick<DesiredState, 'expansions' | 'maxDetach'>,
): Losses {
  const links = [...linksIn(layout, observed), ...dispatchersIn(layout, observed)].filter(
    (link) => !isGone(expansions, link),
  );
  const ended = new Set(operations.filter(isEnd).map(({ pin }) => pin));
  const before = distinct(links);
  const after = distinct([
    ...links.filter(({ pins }) => !pins.some((pin) => ended.has(pin))),
    ...operations.filter(isStart),
  ]);
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, attachment]) => attachment);
  const marked = new Set(links.filter((link) => link.protected).map(keyOf));
  return {
    attached: before.size,
    lost: inOrder(notMadeUp(gone, [...before.values()], [...after.values()])),
    unprotected: inOrder(gone.filter((attachment) => marked.has(keyOf(attachment)))),
    limit,
  };
}

function isEnd({ kind }: Operation): boolean {
  return kind === 'detach' || kind === 'pause';
}

function isStart(operation: Operation): operation is AttachOperation | ExchangeOperation {
  if (operation.kind === 'attach') return operation.slot?.state !== 'paused';
  return operation.kind === 'exchange';
}

interface PinnedLink extends Attachment {
  /** It runs while these are there. */
  readonly pins: readonly PinPath[];
  readonly protected: boolean;
}

function linksIn(layout: PinLayout, { instances }: ObservedState): readonly PinnedLink[] {
  return instances.flatMap(({ object, digest, slots }) =>
    slots.filter(isAttached).map(({ program, target, protected: isProtected }) => {
      const pins = [layout.link({ object, digest, program, target })];
      return { object, program, target, pins, protected: isProtected };
    }),
  );
}

/** What is paused, or lacks slot or dispatcher, does not watch. The mark is where the program is. */
function dispatchersIn(
  layout: PinLayout,
  { instances, attachments }: ObservedState,
): readonly PinnedLink[] {
  const marked = new Set(
    instances.flatMap(({ object, slots }) =>
      slots
        .filter((slot) => slot.protected)
        .map(({ program, target }) => keyOf({ object, program, target })),
    ),
  );
  return attachments
    .filter(({ slot, link }) => slot?.programId !== undefined && link !== undefined)
    .map((attachment) => {
      const { object, program, target } = attachment;
      const pins = [layout.dispatchLink(attachment), layout.dispatchSlot(attachment)];
      return { object, program, target, pins, protected: marked.has(keyOf(attachment)) };
    });
}

/** Even a link whose program lost its pin, or is another, watches. */
function isAttached({ link }: ObservedSlot): boolean {
  return link !== undefined;
}

/** Two versions of one object on one target, as a crash leaves them, are one attachment, of whatever kinds they are. */
function distinct(attachments: readonly Attachment[]): ReadonlyMap<string, Attachment> {
  return new Map(
    attachments.map(({ object, program, target }) => {
      const attachment = { object, program, target };
      return [keyOf(attachment), attachment];
    }),
  );
}

/** For each program, as many of those that go as it watches fewer functions afterwards. */
function notMadeUp(
  gone: readonly Attachment[],
  before: readonly Attachment[],
  after: readonly Attachment[],
): readonly Attachment[] {
  return [...new Set(gone.map(({ program }) => program))].flatMap((program) => {
    const isOfProgram = (attachment: Attachment): boolean => attachment.program === program;
    const fewer = before.filter(isOfProgram).length - after.filter(isOfProgram).length;
    const kept = new Set(after.filter(isOfProgram).map(({ target }) => target));
    const ofProgram = inOrder(gone.filter(isOfProgram)); // those whose target is still watched last
    const unwatched = ofProgram.filter(({ target }) => !kept.has(target));
    const watched = ofProgram.filter(({ target }) => kept.has(target));
    return [...unwatched, ...watched].slice(0, Math.max(0, fewer));
  });
}

function inOrder(attachments: readonly Attachment[]): readonly Attachment[] {
  return attachments.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
}

function keyOf({ object, program, target }: Attachment): string {
  return `${object} ${program} ${target}`;
}
