import type { DesiredMap, DesiredObject } from '../state/desired.ts';
import type { MapName, ObjectName, PinPath } from '../state/ids.ts';
import type { MapShape } from '../state/map-shape.ts';
import { isSameShape } from '../state/map-shape.ts';
import type { ObservedInstance, ObservedSlot, ObservedState } from '../state/observed.ts';
import type { InstanceId, PinLayout } from '../state/pin-layout.ts';
import type { Reason, UnpinOperation } from './operation.ts';
import type { Conflict } from './plan.ts';
import { unpinMap } from './remove.ts';

/** A map whose pin holds one of another shape, which the kernel will not change. */
export interface MapChange {
  readonly object: ObjectName;
  readonly map: MapName;
  readonly pin: PinPath;
  readonly pinned: MapShape;
  readonly wanted: MapShape;
  /** It belongs to others too. */
  readonly isShared: boolean;
}

/** The maps that an object's programs are to use, and what is pinned in their places. */
export interface InstanceMaps {
  /** A map without a pin, though something of the instance is there that may use it: all its programs must be loaded again to share one. */
  readonly missing: MapName | undefined;
  /** Ids of those that are pinned and stay. */
  readonly ids: ReadonlySet<number>;
  /** Those that are made anew, with their content lost, as the manifest says they may. */
  readonly recreated: readonly MapChange[];
  /** Those that may not. */
  readonly refused: readonly MapChange[];
  /** Something else than a map at a shared pin. */
  readonly conflicts: readonly Conflict[];
}

/** Compares an object's maps with what is pinned; `current` is its instance, if there is one. */
export function diffMaps(
  layout: PinLayout,
  object: DesiredObject,
  current: ObservedInstance | undefined,
  observed: ObservedState,
): InstanceMaps {
  const found = object.maps.map((map) => find({ object, current, observed }, map));
  const missing = found.find(({ at }) => at === undefined)?.map.name;
  const changed = found.flatMap(({ map, at }) => changeOf(layout, object, map, at));
  const isRecreated = ({ map }: MapChange): boolean =>
    object.maps.some(({ name, recreate }) => recreate && name === map);
  const kept = found.filter(({ map }) => !changed.some((change) => change.map === map.name));
  return {
    missing: isEmpty(current) ? undefined : missing,
    ids: new Set(kept.flatMap(({ at }) => (at !== undefined && 'id' in at ? [at.id] : []))),
    recreated: changed.filter(isRecreated),
    refused: changed.filter((change) => !isRecreated(change)),
    conflicts: found.flatMap(({ map, at }) => conflictOf(map, at)),
  };
}

/** Where a map is pinned, or will be. */
export function mapPin(layout: PinLayout, id: InstanceId, map: DesiredMap): PinPath {
  if (map.sharedAt !== undefined) return map.sharedAt;
  return map.internal ? layout.internalMap(id, map.name) : layout.map(id.object, map.name);
}

/** Why a program that is there cannot stay, though it is the right one, as far as maps go. */
export function mapProblem(maps: InstanceMaps, slot: ObservedSlot): Reason | undefined {
  if (maps.missing !== undefined) return { code: 'map-missing', map: maps.missing };
  const [recreated] = maps.recreated;
  if (recreated !== undefined) return reasonToRecreate(recreated);
  const mapId = strayMapOf(maps, slot);
  return mapId === undefined ? undefined : { code: 'map-differs', mapId };
}

/** Named maps of an object that lose their pins: those made anew, and those that it no longer has or now shares. */
export function unpinnedMaps(
  layout: PinLayout,
  object: DesiredObject,
  { recreated }: InstanceMaps,
  observed: ObservedState,
): readonly UnpinOperation[] {
  const named = observed.maps.filter((map) => map.object === object.name);
  return named.flatMap((map) => {
    const change = recreated.find((candidate) => candidate.map === map.name);
    if (change !== undefined) return [unpinMap(layout, map, reasonToRecreate(change))];
    const wanted = object.maps.find(({ name, internal }) => name === map.name && !internal);
    if (wanted === undefined) return [unpinMap(layout, map, { code: 'map-removed' })];
    if (wanted.sharedAt === undefined) return [];
    return [unpinMap(layout, map, { code: 'map-shared', at: wanted.sharedAt })];
  });
}

/** What is in a map's place: a map, which has a shape if that can be another than wanted, or something else. */
type Found =
  | { readonly id: number; readonly shape?: MapShape | undefined }
  | { readonly what: string }
  | undefined;

interface Where {
  readonly object: DesiredObject;
  readonly current: ObservedInstance | undefined;
  readonly observed: ObservedState;
}

function find(
  { object, current, observed }: Where,
  map: DesiredMap,
): { readonly map: DesiredMap; readonly at: Found } {
  const { name, sharedAt, internal } = map;
  if (sharedAt !== undefined)
    return { map, at: observed.shared.find(({ path }) => path === sharedAt) };
  if (internal) return { map, at: current?.internalMaps.find((one) => one.name === name) };
  return {
    map,
    at: observed.maps.find((one) => one.object === object.name && one.name === name),
  };
}

function changeOf(
  layout: PinLayout,
  object: DesiredObject,
  map: DesiredMap,
  at: Found,
): readonly MapChange[] {
  if (at === undefined || 'what' in at || at.shape === undefined) return [];
  if (isSameShape(at.shape, map.shape)) return [];
  const pin = mapPin(layout, { object: object.name, digest: object.digest }, map);
  const isShared = map.sharedAt !== undefined;
  return [
    { object: object.name, map: map.name, pin, pinned: at.shape, wanted: map.shape, isShared },
  ];
}

function conflictOf({ sharedAt }: DesiredMap, at: Found): readonly Conflict[] {
  if (sharedAt === undefined || at === undefined || !('what' in at)) return [];
  return [{ path: sharedAt, what: `${at.what} where a map belongs` }];
}

function reasonToRecreate({ map, pinned, wanted }: MapChange): Reason {
  return { code: 'map-recreated', map, from: pinned, to: wanted };
}

/** A map that a program uses and that is not pinned: it counts where nobody looks, and shares with nobody. */
function strayMapOf({ ids }: InstanceMaps, { loaded }: ObservedSlot): number | undefined {
  return loaded?.mapIds.toSorted((a, b) => a - b).find((id) => !ids.has(id));
}

/** Nothing runs on its maps: a load makes what is missing. */
function isEmpty(instance: ObservedInstance | undefined): boolean {
  return (instance?.slots ?? []).every(
    ({ loaded, link }) => loaded === undefined && link === undefined,
  );
}
