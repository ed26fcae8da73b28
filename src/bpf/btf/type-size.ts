import type { BtfType, BtfTypes } from './btf-type.ts';
import { BtfKind, isModifier } from './btf-type.ts';

/** How deep a chain of typedefs and arrays is followed: a malformed file can hold a loop. */
const maxDepth = 32;

/** Bytes of a pointer in BPF and in every kernel that runs it here. */
export const pointerSize = 8;

/** Bytes that a type takes; 0 where that has no meaning. */
export function typeSize(types: BtfTypes, id: number, depth = 0): number {
  const type = types.type(id);
  if (type === undefined || depth > maxDepth) return 0;
  if (type.kind === BtfKind.pointer) return pointerSize;
  if (type.kind === BtfKind.array) {
    return (type.words[2] ?? 0) * typeSize(types, type.words[0] ?? 0, depth + 1);
  }
  if (isModifier(type.kind)) return typeSize(types, type.sizeOrType, depth + 1);
  return isSized(type) ? type.sizeOrType : 0;
}

function isSized(type: BtfType): boolean {
  const sized: readonly number[] = [
    BtfKind.int,
    BtfKind.struct,
    BtfKind.union,
    BtfKind.enum,
    BtfKind.enum64,
    BtfKind.float,
    BtfKind.section,
  ];
  return sized.includes(type.kind);
}
