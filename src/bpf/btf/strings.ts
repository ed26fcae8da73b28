/** The names of some BTF. Those of split BTF go on where its base's end, and what the base has is not said again. */
export interface Strings {
  readonly bytes: Buffer;
  /** The place of the first byte: 0, or in split BTF the end of the base's. */
  readonly start: number;
  readonly base: Strings | undefined;
}

/** The strings of some BTF, which in split BTF go on where its base's end. */
export function stringsAfter(base: Strings | undefined, bytes: Buffer): Strings {
  return { bytes, start: base === undefined ? 0 : base.start + base.bytes.length, base };
}

/** The text at a place; empty where there is none. */
export function textAt(strings: Strings, place: number): string {
  if (place < strings.start) return strings.base === undefined ? '' : textAt(strings.base, place);
  const from = place - strings.start;
  if (from >= strings.bytes.length) return '';
  const end = strings.bytes.indexOf(0, from);
  return strings.bytes.toString('utf8', from, end === -1 ? undefined : end);
}

/** The places of a text: at most one in each table, since strings are stored once each. Decodes nothing. */
export function placesOf(strings: Strings, text: string): readonly number[] {
  if (text === '' || text.includes('\0')) return [];
  const own = placeIn(strings, text);
  const further = strings.base === undefined ? [] : placesOf(strings.base, text);
  return own === undefined ? further : [own, ...further];
}

function placeIn({ bytes, start }: Strings, text: string): number | undefined {
  // the first string of split BTF has no NUL before it; that of all other BTF is the empty one
  if (start > 0 && bytes.indexOf(`${text}\0`) === 0) return start;
  const before = bytes.indexOf(`\0${text}\0`);
  return before === -1 ? undefined : start + before + 1;
}
