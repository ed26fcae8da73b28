import fc from 'fast-check';
import type { DesiredState } from '../../src/state/desired.ts';
import { pinPath } from '../../src/state/ids.ts';
import type { PinPath } from '../../src/state/ids.ts';
import { parentOf, put } from '../memory-kernel/bpf-filesystem.ts';
import { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import { putInto } from '../memory-kernel/things.ts';
import { carryOut, isPin, planFor } from './convergence.ts';
import { desiredState, layout, memoryObjects, sharedPin, upgrade } from './universe.ts';

/** What happened to a kernel before a law is tried on it. */
type Event =
  | { readonly kind: 'apply'; readonly desired: DesiredState }
  /** Killed after so many operations. */
  | { readonly kind: 'prefix'; readonly desired: DesiredState; readonly operations: number }
  /** Somebody unpinned something of ours. */
  | { readonly kind: 'remove'; readonly nth: number }
  /** Somebody emptied a slot. */
  | { readonly kind: 'empty'; readonly nth: number }
  /** Somebody put something of his own below our directory. */
  | {
      readonly kind: 'foreign';
      readonly place: number;
      readonly what: 'directory' | 'note' | 'pin';
    };

const removal = fc.record({ kind: fc.constant('remove' as const), nth: fc.nat(50) });

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('apply' as const), desired: desiredState }),
  fc.record({
    kind: fc.constant('prefix' as const),
    desired: desiredState,
    operations: fc.nat(20),
  }),
  removal,
  removal,
  fc.record({ kind: fc.constant('empty' as const), nth: fc.nat(10) }),
  fc.record({
    kind: fc.constant('foreign' as const),
    place: fc.nat(7),
    what: fc.constantFrom('directory' as const, 'note' as const, 'pin' as const),
  }),
);

const past = fc.array(event, { maxLength: 6 });

/** A kernel with a past. */
export const startKernel: fc.Arbitrary<MemoryKernel> = past.map(kernelAfter);

/**
 * The same, and what is wanted of it now: often once more what was wanted last, so that repairs are met, or another
 * version of that.
 */
export const situation: fc.Arbitrary<readonly [MemoryKernel, DesiredState]> = fc
  .tuple(past, desiredState, upgrade, fc.constantFrom('other', 'again', 'upgraded'))
  .map(([events, other, upgraded, wanted]) => {
    const last = events.findLast((happened) => 'desired' in happened)?.desired ?? other;
    const all = { other, again: last, upgraded: upgraded(last) };
    return [kernelAfter(events), all[wanted]] as const;
  });

function kernelAfter(events: readonly Event[]): MemoryKernel {
  let kernel = new MemoryKernel(memoryObjects);
  for (const happened of events) {
    happen(kernel, happened);
    kernel = kernel.afterDeath();
  }
  return kernel;
}

function happen(kernel: MemoryKernel, happened: Event): void {
  switch (happened.kind) {
    case 'apply':
      carryOut(kernel, planFor(kernel, happened.desired).operations);
      return;
    case 'prefix':
      carryOut(kernel, planFor(kernel, happened.desired).operations.slice(0, happened.operations));
      return;
    case 'remove':
      removeOne(kernel, happened.nth);
      return;
    case 'empty':
      emptyOne(kernel, happened.nth);
      return;
    case 'foreign':
      addForeign(kernel, placeOf(happened.place), happened.what);
  }
}

function removeOne(kernel: MemoryKernel, nth: number): void {
  const shared = kernel.look(sharedPin);
  const pins = [
    ...kernel.read(layout.directory).filter(isPin),
    ...(shared === undefined ? [] : [{ ...shared, path: sharedPin }]),
  ];
  const chosen = pins[nth % Math.max(1, pins.length)];
  if (chosen !== undefined && !foreignPlaces.includes(chosen.path))
    kernel.machine.unpin(chosen.path);
}

function emptyOne(kernel: MemoryKernel, nth: number): void {
  const slots = [...kernel.machine.state.tree.values()].flatMap((entry) =>
    entry.kind === 'pin' && entry.thing.kind === 'slot' ? [entry.thing] : [],
  );
  const chosen = slots[nth % Math.max(1, slots.length)];
  if (chosen !== undefined) putInto(chosen, undefined);
}

/** Places where we pin nothing, at every height. */
export const foreignPlaces: readonly PinPath[] = [
  'foreign',
  'maps/not%a%name',
  'maps/a/b%2',
  'objects/for%eign',
  'objects/a/10000000000000000000000000000000/foreign',
  'objects/a/10000000000000000000000000000000/programs/first/vfs_read/foreign',
  'attachments/a/first/vfs_read/foreign',
  'attachments/a/first/vfs_read/fexit/foreign',
].map((below) => pinPath(`${layout.directory}/${below}`));

function placeOf(number: number): PinPath {
  const place = foreignPlaces[number];
  if (place === undefined) throw new Error(`no place ${number}`);
  return place;
}

function addForeign(
  kernel: MemoryKernel,
  place: PinPath,
  what: 'directory' | 'note' | 'pin',
): void {
  const { machine } = kernel;
  if (machine.state.tree.has(place)) return;
  machine.makeDirectories(parentOf(place));
  if (what === 'directory') machine.makeDirectories(place);
  if (what === 'note') put(machine.state.tree, place, { kind: 'note', text: 'foreign' });
  const [pin] = kernel
    .read(layout.directory)
    .filter((entry) => entry.kind === 'program' || (entry.kind === 'map' && !('slot' in entry)));
  if (what === 'pin' && pin !== undefined) kernel.copyPin(pin.path, place);
}
