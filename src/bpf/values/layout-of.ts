import type { BtfType, BtfTypes } from '../btf/btf-type.ts';
import { BtfKind, isModifier, isQualifier } from '../btf/btf-type.ts';
import { pointerSize } from '../btf/type-size.ts';
import { typeText } from '../btf/type-text.ts';
import { enumLayout } from './enum-layout.ts';
import { noValue } from './invalid-value.ts';
import type { Layout } from './layout.ts';
import { isWithinLimits, structLayout } from './struct-layout.ts';

/** Structs in arrays in typedefs …: real ones nest less than 20 deep. */
const maxDepth = 64;

/** Encoding of an int: bits of the byte before its shift and its width (include/uapi/linux/btf.h). */
const signed = 1;
const boolean = 4;

const known = new WeakMap<BtfTypes, Map<number, Layout>>();

/**
 * The layout of a type, or of a variable's; made once for each type. Throws an `EbpfError` `InvalidValue` for what has
 * no plain value: `void`, functions, structs only declared, floating point other than `float` and `double`, types of
 * more than 64 MiB or 4,194,304 values, and types that contradict themselves.
 */
export function layoutOf(types: BtfTypes, id: number): Layout {
  const layouts = known.get(types) ?? new Map<number, Layout>();
  known.set(types, layouts);
  return follow({ types, layouts, within: new Set() }, id);
}

interface Making {
  readonly types: BtfTypes;
  readonly layouts: Map<number, Layout>;
  /** The types that are being made, outermost first. */
  readonly within: Set<number>;
}

function follow(making: Making, id: number): Layout {
  const found = making.layouts.get(id);
  if (found !== undefined) return found;
  const type = making.types.type(id);
  if (type === undefined) throw noValue(id === 0 ? 'void' : `type ${id}`);
  if (making.within.has(id)) throw noValue(type.name || `type ${id}`, 'it holds itself');
  if (making.within.size > maxDepth) throw noValue(type.name || `type ${id}`, 'it nests too deep');
  making.within.add(id);
  const layout = make(making, type);
  making.within.delete(id);
  making.layouts.set(id, layout);
  return layout;
}

function make(making: Making, type: BtfType): Layout {
  if (type.kind === BtfKind.typedef) {
    return { ...follow(making, type.sizeOrType), text: type.name };
  }
  if (isModifier(type.kind) || type.kind === BtfKind.variable) {
    return follow(making, type.sizeOrType);
  }
  const text = typeText(making.types, type.id);
  switch (type.kind) {
    case BtfKind.int:
      return intLayout(type, text);
    case BtfKind.pointer:
      return pointerLayout(text);
    case BtfKind.enum:
    case BtfKind.enum64:
      return enumLayout(making.types, type, text);
    case BtfKind.float:
      return floatLayout(type.sizeOrType, text);
    case BtfKind.array:
      return arrayLayout(making, type, text);
    case BtfKind.struct:
    case BtfKind.union:
      return structLayout(making.types, { type, text }, (id) => follow(making, id));
    default:
      throw noValue(text);
  }
}

function intLayout({ sizeOrType: size, words }: BtfType, text: string): Layout {
  const word = words[0] ?? 0;
  const encoding = (word >>> 24) & 0xf;
  const shift = (word >>> 16) & 0xff;
  const bits = word & 0xff;
  if (size < 1 || size > 16 || bits < 1 || shift + bits > size * 8) {
    throw noValue(text, `an int of ${bits} bits in ${size} bytes`);
  }
  if ((encoding & boolean) !== 0) return { kind: 'boolean', text, size, leaves: 1 };
  const isSigned = (encoding & signed) !== 0;
  return { kind: 'integer', text, size, leaves: 1, bits, shift, isSigned, isPointer: false };
}

function pointerLayout(text: string): Layout {
  const bits = pointerSize * 8;
  const all = { size: pointerSize, leaves: 1, bits, shift: 0 };
  return { kind: 'integer', text, ...all, isSigned: false, isPointer: true };
}

function floatLayout(size: number, text: string): Layout {
  if (size !== 4 && size !== 8) throw noValue(text, `floating point of ${size} bytes`);
  return { kind: 'float', text, size, leaves: 1 };
}

function arrayLayout(making: Making, type: BtfType, text: string): Layout {
  const [elementId, count] = [type.words[0] ?? 0, type.words[2] ?? 0];
  const element = follow(making, elementId);
  const size = element.size * count;
  const isByte = element.kind === 'integer' && element.size === 1 && element.bits === 8;
  const isText = isByte && isChar(making.types, elementId);
  const isBytes = isText || (isByte && !element.isSigned);
  const leaves = isBytes ? 1 : Math.max(1, element.leaves * count);
  if (!isWithinLimits({ size, leaves })) throw noValue(text, 'it is too large');
  const kind = isText ? 'text' : isBytes ? 'bytes' : 'list';
  return { kind, text: unqualified(text), size, leaves, element, count };
}

/** An array's text without its elements' qualifiers; where there is a `*`, those in front are of what is pointed to. */
function unqualified(text: string): string {
  return text.includes('*') ? text : text.replace(/^(?:(?:const|volatile) )+/, '');
}

/** Whether C says `char`, which is meant as text: neither `unsigned char` nor a typedef of any, such as `__u8`. */
function isChar(types: BtfTypes, id: number): boolean {
  let type = types.type(id);
  while (type !== undefined && isQualifier(type.kind)) type = types.type(type.sizeOrType);
  return type?.kind === BtfKind.int && type.name === 'char';
}
