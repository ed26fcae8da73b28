import type { Btf, BtfType } from './btf.ts';
import { BtfKind } from './btf.ts';

/** How deep a chain of pointers, typedefs and arrays is followed: a malformed file can hold a loop. */
const maxDepth = 32;

/** A type as C writes it, e.g. `unsigned int`, `struct key *` or `char[16]`. */
export function typeText(btf: Btf, id: number, depth = 0): string {
  if (id === 0) return 'void';
  const type = btf.type(id);
  if (type === undefined || depth > maxDepth) return '?';
  const inner = (other: number): string => typeText(btf, other, depth + 1);
  switch (type.kind) {
    case BtfKind.pointer:
      return pointerText(inner(type.sizeOrType));
    case BtfKind.array:
      return `${inner(type.words[0] ?? 0)}[${type.words[2] ?? 0}]`;
    case BtfKind.volatile:
      return `volatile ${inner(type.sizeOrType)}`;
    case BtfKind.const:
      return `const ${inner(type.sizeOrType)}`;
    case BtfKind.restrict:
    case BtfKind.typeTag:
      return inner(type.sizeOrType);
    case BtfKind.prototype:
      return 'function';
    default:
      return namedText(type);
  }
}

/** Bytes that a type takes; 0 where that has no meaning. */
export function typeSize(btf: Btf, id: number, depth = 0): number {
  const type = btf.type(id);
  if (type === undefined || depth > maxDepth) return 0;
  switch (type.kind) {
    case BtfKind.pointer:
      return 8;
    case BtfKind.array:
      return (type.words[2] ?? 0) * typeSize(btf, type.words[0] ?? 0, depth + 1);
    case BtfKind.typedef:
    case BtfKind.volatile:
    case BtfKind.const:
    case BtfKind.restrict:
    case BtfKind.typeTag:
      return typeSize(btf, type.sizeOrType, depth + 1);
    default:
      return isSized(type) ? type.sizeOrType : 0;
  }
}

function pointerText(to: string): string {
  return to.endsWith('*') ? `${to}*` : `${to} *`;
}

function namedText(type: BtfType): string {
  const name = type.name === '' ? '{…}' : type.name;
  switch (type.kind) {
    case BtfKind.struct:
      return `struct ${name}`;
    case BtfKind.union:
      return `union ${name}`;
    case BtfKind.forward:
      return `${type.flag ? 'union' : 'struct'} ${name}`;
    case BtfKind.enum:
    case BtfKind.enum64:
      return `enum ${name}`;
    default:
      return name;
  }
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
