import type { ParsedBtf } from './parse.ts';
import type { Strings } from './strings.ts';

/** The ids of one kind's types of a name, in order. */
export type NameSearch = (name: string) => readonly number[];

/** What is searched: types from `firstId` on, with the names that they may have. */
export interface Searched {
  readonly parsed: ParsedBtf;
  readonly strings: Strings;
  readonly firstId: number;
}

/**
 * One search takes 0.4 ms in a kernel's BTF of 126,000 types, an index of its 56,000 functions 35 ms:
 * a handful of names must not pay for an index, thousands must not do without.
 */
const searchesBeforeIndex = 24;

/** Searches the types of a kind by name: the first few names through all of them, then in an index; none twice. */
export function nameSearch(searched: Searched, kind: number): NameSearch {
  const ids = idsOfKind(searched, kind);
  const found = new Map<string, readonly number[]>();
  let index: ReadonlyMap<string, readonly number[]> | undefined;
  return (name) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    if (found.size >= searchesBeforeIndex) index ??= indexByName(searched, ids);
    const answer = index === undefined ? search(searched, ids, name) : (index.get(name) ?? []);
    if (index === undefined) found.set(name, answer);
    return answer;
  };
}

/** Ids of a kind's types, in order. */
export function idsOfKind({ parsed, firstId }: Searched, kind: number): Uint32Array {
  const { words, starts } = parsed;
  const ids = new Uint32Array(starts.length);
  let count = 0;
  for (let index = 0; index < starts.length; index += 1) {
    const info = words[(starts[index] ?? 0) / 4 + 1] ?? 0;
    if (((info >>> 24) & 0x1f) !== kind) continue;
    ids[count] = firstId + index;
    count += 1;
  }
  return ids.subarray(0, count);
}

/** The name's place identifies it, so that no other is decoded. */
function search(searched: Searched, ids: Uint32Array, name: string): readonly number[] {
  return searched.strings.placesOf(name).flatMap((place) => idsAt(searched, ids, place));
}

/** A plain loop: nearly all of a first search's time is spent here, before the code is compiled. */
function idsAt({ parsed, firstId }: Searched, ids: Uint32Array, place: number): readonly number[] {
  const { words, starts } = parsed;
  const found: number[] = [];
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] ?? 0;
    if (words[(starts[id - firstId] ?? 0) / 4] === place) found.push(id);
  }
  return found;
}

function indexByName(searched: Searched, ids: Uint32Array): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const id of ids) {
    const name = searched.strings.textAt(namePlace(searched, id));
    const known = index.get(name);
    if (known === undefined) index.set(name, [id]);
    else known.push(id);
  }
  index.delete(''); // what has no name cannot be asked for
  return index;
}

/** Where a type's name is among the strings. */
export function namePlace({ parsed, firstId }: Searched, id: number): number {
  return parsed.words[(parsed.starts[id - firstId] ?? 0) / 4] ?? 0;
}
