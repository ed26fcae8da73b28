import type { CatalogFunction } from '../../state/function-catalog.ts';

type Group = [CatalogFunction, ...CatalogFunction[]];

/** Sorted by name, those of one name together and in the order in which they were given. */
export function* groupsByName(functions: readonly CatalogFunction[]): Generator<Readonly<Group>> {
  let group: Group | undefined;
  for (const one of functions.toSorted(byName)) {
    if (group !== undefined && group[0].name === one.name) {
      group.push(one);
    } else {
      if (group !== undefined) yield group;
      group = [one];
    }
  }
  if (group !== undefined) yield group;
}

function byName(one: CatalogFunction, other: CatalogFunction): number {
  if (one.name === other.name) return 0;
  return one.name < other.name ? -1 : 1;
}
