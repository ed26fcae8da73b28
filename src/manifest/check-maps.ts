import type { Problem } from '../base/diagnostic.ts';
import { listed, quoted } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import { isSameShape, shapeText } from '../state/map-shape.ts';
import type { MapShape } from '../state/map-shape.ts';
import type { MapDescription, ObjectInfo } from '../state/object-info.ts';
import type { PlacedProblem } from './explain-violation.ts';
import type { ManifestMap, ManifestObject } from './manifest.ts';

/** What is wrong with an object's map settings; paths begin at the manifest's root. */
export function checkMaps(
  { name, maps }: ManifestObject,
  info: ObjectInfo,
): readonly PlacedProblem[] {
  return maps.flatMap((setting) => {
    const path = ['objects', name, 'maps', setting.map];
    const problem = checkName(setting.map, info.maps);
    if (problem !== undefined) return [{ path, of: 'key' as const, ...problem }];
    if (setting.pin === undefined || !setting.recreate) return [];
    return [{ path: [...path, 'on_change'], of: 'key' as const, ...sharedAndRecreated }];
  });
}

/** A pin that two maps of a manifest share, though no map can be both. */
export function checkSharedPins(
  objects: readonly { readonly entry: ManifestObject; readonly info: ObjectInfo }[],
): readonly PlacedProblem[] {
  const first = new Map<string, { readonly shape: MapShape; readonly where: string }>();
  return objects.flatMap(({ entry, info }) =>
    entry.maps.flatMap(({ map, pin }): PlacedProblem[] => {
      const shape = info.maps.find(({ name }) => name === map)?.shape;
      if (pin === undefined || shape === undefined) return [];
      const other = first.get(pin);
      if (other === undefined) first.set(pin, { shape, where: `${entry.name}/${map}` });
      if (other === undefined || isSameShape(other.shape, shape)) return [];
      const message = `map ${quoted(map)} cannot share the pin of ${quoted(other.where)}: it is ${shapeText(shape)}, the other is ${shapeText(other.shape)}`;
      const path = ['objects', entry.name, 'maps', map, 'pin'];
      return [{ path, of: 'value', code: 'unlike-maps', message }];
    }),
  );
}

const sharedAndRecreated: Problem = {
  code: 'shared-and-recreated',
  message: 'a map with a "pin" belongs to others too, and is not made anew',
  hint: 'remove "on_change", or "pin"',
};

function checkName(name: ManifestMap['map'], has: readonly MapDescription[]): Problem | undefined {
  const found = has.find((map) => map.name === name);
  if (found?.internal === false) return undefined;
  if (found !== undefined) {
    const message = `map ${quoted(name)} holds the object's variables, and has no settings`;
    return { code: 'internal-map', message, hint: 'set variables under "globals"' };
  }
  const names = has.filter(({ internal }) => !internal).map((map) => map.name);
  const all = names.length === 0 ? 'it has no maps' : `it has ${listed(names)}`;
  const message = `the object has no map ${quoted(name)}`;
  return { code: 'no-such-map', message, hint: didYouMean(name, names) ?? all };
}
