import type { DesiredObject } from '../state/desired.ts';
import type { MapName } from '../state/ids.ts';
import type { ObservedInstance, ObservedSlot, ObservedState } from '../state/observed.ts';

/** Which of the maps that an instance's programs are to share are pinned. */
export interface InstanceMaps {
  /** A map without a pin, though something of the instance is there that may use it: all its programs must be loaded again to share one. */
  readonly missing: MapName | undefined;
  /** Ids of those that are pinned. */
  readonly ids: ReadonlySet<number>;
}

/** The maps of an object, as far as they are pinned; `current` is its instance, if there is one. */
export function mapsOf(
  object: DesiredObject,
  current: ObservedInstance | undefined,
  observed: ObservedState,
): InstanceMaps {
  const named = observed.maps.filter((map) => map.object === object.name);
  const pinned = new Map([
    ...named.map(({ name, id }) => [name, id] as const),
    ...(current?.internalMaps ?? []).map(({ name, id }) => [name, id] as const),
  ]);
  const ids = object.maps.flatMap(({ name }) => pinned.get(name) ?? []);
  const missing = object.maps.find(({ name }) => !pinned.has(name))?.name;
  return { missing: isEmpty(current) ? undefined : missing, ids: new Set(ids) };
}

/** A map that a program uses and that is not pinned: it counts where nobody looks, and shares with nobody. */
export function strayMapOf(
  { ids }: InstanceMaps,
  slot: ObservedSlot | undefined,
): number | undefined {
  return slot?.loaded?.mapIds.toSorted((a, b) => a - b).find((id) => !ids.has(id));
}

/** Nothing runs on its maps: a load makes what is missing. */
function isEmpty(instance: ObservedInstance | undefined): boolean {
  return (instance?.slots ?? []).every(
    ({ loaded, link }) => loaded === undefined && link === undefined,
  );
}
