import { isDeepStrictEqual } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { readdirSync } from 'node:fs';
import { observe } from '../../src/apply/observe.ts';
import { manifestName } from '../../src/state/ids.ts';
import type { ObservedState } from '../../src/state/observed.ts';
import { pinLayout } from '../../src/state/pin-layout.ts';
import type { Foreign } from './foreign.ts';
import { counterAt } from './foreign.ts';
import type { KernelIds } from './kernel-ids.ts';
import { kernelIds } from './kernel-ids.ts';
import { kernel, name, root } from './states.ts';
import type { Place } from './transitions.ts';

export const layout = pinLayout(root, manifestName(name));

/** What is pinned under the manifest's name, and all that this needs in the kernel. */
export interface Look {
  readonly observed: ObservedState;
  readonly ids: KernelIds;
  /** By program and target, the link that attaches it. */
  readonly links: ReadonlyMap<string, number>;
  /** What is in the slots of those that are attached by exchange, and their links. */
  readonly slots: ObservedState['attachments'];
  readonly openFds: number;
}

export function look(): Look {
  const observed = observe(kernel, layout, manifestName(name));
  const openFds = readdirSync('/proc/self/fd').length;
  const { attachments: slots } = observed;
  return { observed, ids: idsOf(observed), links: linksOf(observed), slots, openFds };
}

/** Calls that the reference saw, and each program at its place. */
export interface Counts {
  readonly made: number;
  readonly seen: ReadonlyMap<string, number>;
}

export function counts(foreign: Foreign, places: readonly Place[]): Counts {
  const seen = places.map(({ key, object, slot }) => {
    return [key, counterAt(`${layout.directory}/maps/${object}/hits`, slot)] as const;
  });
  return { made: foreign.callsMade(), seen: new Map(seen) };
}

/**
 * What the kernel has that it should not have, or lacks: nothing, soon. A program goes some time after its last
 * user, when no processor can run it any more.
 */
export async function strayIds(wanted: KernelIds): Promise<string | undefined> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = kernelIds();
    if (isDeepStrictEqual(found, wanted)) return undefined;
    if (performance.now() > deadline) return difference(found, wanted);
    await setTimeout(2); // oxlint-disable-line eslint/no-await-in-loop -- waiting is what this loop is for
  }
}

export function union(a: KernelIds, b: KernelIds): KernelIds {
  return {
    programs: sorted([...a.programs, ...b.programs]),
    maps: sorted([...a.maps, ...b.maps]),
    links: sorted([...a.links, ...b.links]),
  };
}

function difference(found: KernelIds, wanted: KernelIds): string {
  const kinds = ['programs', 'maps', 'links'] as const;
  const parts = kinds.map((kind) => {
    const stray = found[kind].filter((id) => !wanted[kind].includes(id));
    const lost = wanted[kind].filter((id) => !found[kind].includes(id));
    return `${kind} +[${stray.join(' ')}] -[${lost.join(' ')}]`;
  });
  return parts.join(', ');
}

function idsOf({ instances, maps, attachments }: ObservedState): KernelIds {
  const slots = instances.flatMap((instance) => instance.slots);
  const loaded = slots.flatMap((slot) => slot.loaded ?? []);
  const dispatchers = attachments.flatMap(({ link }) => link ?? []);
  const links = [...slots.flatMap(({ link }) => link ?? []), ...dispatchers];
  return {
    programs: sorted([...loaded.map(({ id }) => id), ...links.map((link) => link.programId)]),
    links: sorted(links.map(({ id }) => id)),
    maps: sorted([
      ...maps.map(({ id }) => id),
      ...instances.flatMap(({ internalMaps }) => internalMaps.map(({ id }) => id)),
      ...attachments.flatMap(({ slot }) => slot?.id ?? []),
      ...loaded.flatMap(({ mapIds }) => mapIds),
    ]),
  };
}

function linksOf({ instances, attachments }: ObservedState): ReadonlyMap<string, number> {
  const own = instances.flatMap(({ object, slots }) =>
    slots.map(({ program, target, link }) => [`${object}/${program}/${target}`, link?.id] as const),
  );
  const dispatched = attachments.map(
    ({ object, program, target, link }) => [`${object}/${program}/${target}`, link?.id] as const,
  );
  const all = [...own, ...dispatched].flatMap(([key, id]) =>
    id === undefined ? [] : [[key, id] as const],
  );
  return new Map(all);
}

function sorted(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)].toSorted((a, b) => a - b);
}
