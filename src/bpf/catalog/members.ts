import type { Btf } from '../btf/btf.ts';
import type { BtfType } from '../btf/btf-type.ts';
import { BtfKind } from '../btf/btf-type.ts';

/** A member of a struct, or an enumerator; `typeId` is 0 for the latter. */
export interface Member {
  readonly name: string;
  readonly typeId: number;
}

/** The members of the first struct of that name; none where there is no such struct. */
export function membersOfStruct(btf: Btf, name: string): readonly Member[] {
  return membersOf(btf, btf.find(name, 'struct')[0]);
}

/** The enumerators of the first enum of that name; none where there is no such enum. */
export function enumerators(btf: Btf, name: string): readonly Member[] {
  return membersOf(btf, btf.find(name, 'enum')[0]);
}

/** Words of each: name, type, place (Documentation/bpf/btf.rst); an enumerator has its value in place of the latter two. */
function membersOf(btf: Btf, id: number | undefined): readonly Member[] {
  const type = id === undefined ? undefined : btf.type(id);
  if (type === undefined) return [];
  const isStruct = type.kind === BtfKind.struct;
  return Array.from({ length: type.memberCount }, (_, index) =>
    memberAt(btf, type, index, isStruct),
  );
}

function memberAt(btf: Btf, { words }: BtfType, index: number, isStruct: boolean): Member {
  const at = index * (isStruct ? 3 : 2);
  return { name: btf.nameAt(words[at] ?? 0), typeId: isStruct ? (words[at + 1] ?? 0) : 0 };
}
