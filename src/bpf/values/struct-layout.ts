import type { BtfType, BtfTypes } from '../btf/btf-type.ts';
import { BtfKind } from '../btf/btf-type.ts';
import { noValue } from './invalid-value.ts';
import type { Layout, Member, StructLayout } from './layout.ts';
import { hasMembers } from './layout.ts';

/** What one value may take: a hostile file can claim any size, and nests of empty structs that never end. */
const maxBytes = 64 * 2 ** 20;
const maxLeaves = 2 ** 22;

/** Whether a value of that size and that many parts is made at all. */
export function isWithinLimits({ size, leaves }: Pick<Layout, 'size' | 'leaves'>): boolean {
  return size <= maxBytes && leaves <= maxLeaves;
}

interface Declared {
  readonly type: BtfType;
  readonly text: string;
}

/** The layout of a struct or union, whose members' types `follow` gives. */
export function structLayout(
  types: BtfTypes,
  { type, text }: Declared,
  follow: (id: number) => Layout,
): StructLayout {
  const size = type.sizeOrType;
  const members: Member[] = [];
  const names = new Set<string>();
  let leaves = 1;
  for (let index = 0; index < type.memberCount; index += 1) {
    const member = memberAt(types, type, index, follow);
    leaves += member.layout.leaves;
    if (!isWithinLimits({ size, leaves })) throw noValue(text, 'it is too large');
    if (!isInside(member, size)) throw noValue(text, `"${member.name}" reaches past its end`);
    if (member.name === '' && !hasMembers(member.layout)) continue; // only fills a gap
    members.push(member);
    for (const name of namesOf(member)) names.add(name);
  }
  if (!isWithinLimits({ size, leaves })) throw noValue(text, 'it is too large');
  const kind = type.kind === BtfKind.union ? 'union' : 'struct';
  return { kind, text, size, leaves, members, names };
}

/** With its flag, a struct has the widths of bitfields in the upper 8 bits of each offset. */
function memberAt(
  types: BtfTypes,
  { flag, words }: BtfType,
  index: number,
  follow: (id: number) => Layout,
): Member {
  const offset = words[index * 3 + 2] ?? 0;
  const width = flag ? offset >>> 24 : 0;
  return {
    name: types.nameAt(words[index * 3] ?? 0),
    layout: follow(words[index * 3 + 1] ?? 0),
    bitOffset: flag ? offset & 0xffffff : offset,
    bitfield: width === 0 ? undefined : width,
  };
}

function isInside({ layout, bitOffset, bitfield }: Member, size: number): boolean {
  if (bitfield !== undefined) {
    const hasBits =
      layout.kind === 'integer' || layout.kind === 'boolean' || layout.kind === 'enum';
    return hasBits && bitfield <= layout.size * 8 && bitOffset + bitfield <= size * 8;
  }
  if (layout.kind === 'integer' && layout.bits < layout.size * 8) {
    return bitOffset + layout.shift + layout.bits <= size * 8;
  }
  return bitOffset % 8 === 0 && bitOffset / 8 + layout.size <= size;
}

function namesOf({ name, layout }: Member): Iterable<string> {
  return name === '' && hasMembers(layout) ? layout.names : [name];
}
