import { HashChains, hashed } from '../hash-chains.ts';
import { BtfKind } from './btf-type.ts';
import type { KeptBtf } from './kept-btf.ts';
import type { ParsedBtf } from './parse.ts';
import type { Strings } from './strings.ts';

/** The ids of one kind's types of a name, in order. */
export type NameSearch = (name: string) => readonly number[];

/** What is searched: types from `firstId` on, with the names that they may have. */
export interface Searched {
  readonly parsed: ParsedBtf;
  readonly strings: Strings;
  readonly firstId: number;
  readonly kept?: Pick<KeptBtf, 'functions' | 'keepFunctions'> | undefined;
}

/**
 * One search takes 0.9 ms in a kernel's BTF of 126,000 types, an index of its 56,000 functions 8, and more until it is compiled:
 * a handful of names must not pay for an index, thousands must not do without.
 */
const searchesBeforeIndex = 10;

/** How many types apart those are that are looked at. */
const stride = 100;

/** Searches the types of a kind by name: the first few names through all of them, then in an index; none twice. */
export function nameSearch(searched: Searched, kind: number): NameSearch {
  const found = new Map<string, readonly number[]>();
  let index: NameSearch | undefined;
  return (name) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    if (found.size >= searchesBeforeIndex) index ??= indexByName(searched, kind);
    if (index !== undefined) return index(name);
    const answer = search(searched, kind, name);
    found.set(name, answer);
    return answer;
  };
}

/** The name's place identifies it, so that no other is decoded. */
function search(searched: Searched, kind: number, name: string): readonly number[] {
  return searched.strings.placesOf(name).flatMap((place) => idsAt(searched, kind, place));
}

/** Node goes through the places itself: a loop here would take most of its time before it is compiled. */
function idsAt({ parsed, firstId }: Searched, kind: number, place: number): readonly number[] {
  const { kinds, names } = parsed.types;
  const found: number[] = [];
  for (let index = names.indexOf(place); index !== -1; index = names.indexOf(place, index + 1)) {
    if (kinds[index] === kind) found.push(firstId + index);
  }
  return found;
}

/** In a table of hashes. */
function indexByName(searched: Searched, kind: number): NameSearch {
  const { parsed, strings, firstId } = searched;
  const { names } = parsed.types;
  const chains = kind === BtfKind.function ? functionChains(searched) : chainsOf(searched, kind);
  return (name) => {
    const found: number[] = [];
    if (name === '' || name.includes('\0')) return found; // what has no name cannot be asked for
    const text = Buffer.from(name);
    const hash = text.reduce(hashed, 0);
    for (let index = chains.last(hash); index !== -1; index = chains.before(index)) {
      if (strings.isAt(names[index] ?? 0, text)) found.push(firstId + index);
    }
    return found;
  };
}

function functionChains(searched: Searched): HashChains {
  const kept = searched.kept?.functions();
  if (kept !== undefined && areOf(kept, searched)) return kept;
  const chains = chainsOf(searched, BtfKind.function);
  searched.kept?.keepFunctions(chains);
  return chains;
}

/** Looks at some, from all over: somebody may have mounted another file over the one that they were made of. */
function areOf(chains: HashChains, { parsed, strings }: Searched): boolean {
  const { kinds, names } = parsed.types;
  for (let index = 0; index < kinds.length; index += stride) {
    if (kinds[index] !== BtfKind.function) continue;
    let found = chains.last(strings.hashAt(names[index] ?? 0));
    while (found !== -1 && found !== index) found = chains.before(found);
    if (found === -1) return false;
  }
  return chains.next.length === kinds.length;
}

/** The last type is put in first, so that those of one name come out in order. */
function chainsOf({ parsed, strings }: Searched, kind: number): HashChains {
  const { kinds, names } = parsed.types;
  const chains = HashChains.below(kinds.length);
  for (let index = kinds.length - 1; index >= 0; index -= 1) {
    if (kinds[index] === kind) chains.add(strings.hashAt(names[index] ?? 0), index);
  }
  return chains;
}
