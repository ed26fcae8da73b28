import type { BtfType, BtfTypes } from './btf-type.ts';
import { BtfKind, isQualifier } from './btf-type.ts';

/** Letters and steps that a text may take: a malformed file can hold loops, and prototypes that hold themselves. */
const maxLetters = 4096;

interface Writer {
  readonly types: BtfTypes;
  left: number;
}

/** A type as C writes it, e.g. `unsigned int`, `struct key *`, `char[16]` or `int (*)(void *)`; `?` for what is not there. */
export function typeText(types: BtfTypes, id: number): string {
  return declared(types, id, '');
}

/**
 * Functions as C declares them, e.g. `int vfs_open(const struct path *path, struct file *file)`. A kernel's functions are
 * many, and their parameters mostly the same: what stands around the name of a parameter of a type is worked out once.
 */
export class PrototypeWriter {
  readonly #types: BtfTypes;
  readonly #around = new Map<number, readonly [before: string, after: string]>();
  readonly #names = new Map<number, string>();

  constructor(types: BtfTypes) {
    this.#types = types;
  }

  text({ name, sizeOrType }: BtfType): string {
    const prototype = this.#types.type(sizeOrType);
    if (prototype?.kind !== BtfKind.prototype) return declared(this.#types, sizeOrType, name);
    const { memberCount, sizeOrType: returned } = prototype;
    const [before, after] = this.#aroundOf(returned);
    const parts = [before, name, '('];
    let letters = 0;
    for (let index = 0; index < memberCount && letters < maxLetters; index += 1) {
      if (index > 0) parts.push(', ');
      letters += this.#addParameter(
        parts,
        prototype.word(index * 2),
        prototype.word(index * 2 + 1),
      );
    }
    if (letters >= maxLetters) parts.push(', ?');
    if (memberCount === 0) parts.push('void');
    parts.push(')', after);
    return parts.join('');
  }

  /** Parts that are joined at the end are one text at once; added to each other they would be a tree of texts for each function. */
  #addParameter(parts: string[], place: number, type: number): number {
    if (type === 0) {
      parts.push('...');
      return 3;
    }
    const name = this.#nameAt(place);
    if (name === '') {
      const text = declared(this.#types, type, '');
      parts.push(text);
      return text.length;
    }
    const [before, after] = this.#aroundOf(type);
    parts.push(before, name, after);
    return before.length + name.length + after.length;
  }

  #nameAt(place: number): string {
    const known = this.#names.get(place);
    if (known !== undefined) return known;
    const name = this.#types.nameAt(place);
    this.#names.set(place, name);
    return name;
  }

  #aroundOf(type: number): readonly [before: string, after: string] {
    const known = this.#around.get(type);
    if (known !== undefined) return known;
    const [before = '', after = ''] = declared(this.#types, type, mark).split(mark);
    this.#around.set(type, [before, after]);
    return [before, after];
  }
}

/** In place of a name: no text of a type has it. */
const mark = '\0';

function declared(types: BtfTypes, id: number, name: string): string {
  return declaration({ types, left: maxLetters }, id, name);
}

/**
 * C's declarations read from the inside out: `declarator` grows around the name while the type is followed to the
 * one at its end, which comes first in the text.
 */
function declaration(writer: Writer, id: number, declarator: string): string {
  let qualifiers = '';
  let outer = declarator;
  let at = id;
  for (;;) {
    const type = writer.types.type(at);
    if (type === undefined || isSpent(writer, type.name.length + outer.length)) {
      return joined(qualifiers + (at === 0 ? 'void' : '?'), outer);
    }
    switch (type.kind) {
      case BtfKind.pointer:
        outer = pointerTo(writer.types, type, `*${qualifiers}${outer}`.trimEnd());
        qualifiers = '';
        break;
      case BtfKind.array: // its qualifiers are those of its elements
        outer = `${outer}[${type.words[2] ?? 0}]`;
        break;
      case BtfKind.prototype:
        outer = `${outer}(${parametersText(writer, type)})`;
        qualifiers = '';
        break;
      case BtfKind.const:
        qualifiers += 'const ';
        break;
      case BtfKind.volatile:
        qualifiers += 'volatile ';
        break;
      case BtfKind.restrict:
      case BtfKind.typeTag:
        break;
      default:
        return joined(qualifiers + namedText(type), outer);
    }
    at = type.kind === BtfKind.array ? (type.words[0] ?? 0) : type.sizeOrType;
  }
}

function isSpent(writer: Writer, letters: number): boolean {
  writer.left -= letters + 1;
  return writer.left < 0;
}

/** `*` binds weaker than `[]` and `()`. */
function pointerTo(types: BtfTypes, pointer: BtfType, declarator: string): string {
  let target = types.type(pointer.sizeOrType);
  for (let step = 0; target !== undefined && isQualifier(target.kind) && step < 32; step += 1) {
    target = types.type(target.sizeOrType);
  }
  const isWrapped = target?.kind === BtfKind.array || target?.kind === BtfKind.prototype;
  return isWrapped ? `(${declarator})` : declarator;
}

function parametersText(writer: Writer, prototype: BtfType): string {
  const texts: string[] = [];
  for (let index = 0; index < prototype.memberCount; index += 1) {
    if (isSpent(writer, 0)) return [...texts, '?'].join(', ');
    const name = writer.types.nameAt(prototype.words[index * 2] ?? 0);
    const type = prototype.words[index * 2 + 1] ?? 0;
    texts.push(type === 0 ? '...' : declaration(writer, type, name));
  }
  return texts.length === 0 ? 'void' : texts.join(', ');
}

function joined(name: string, declarator: string): string {
  return declarator === '' || declarator.startsWith('[')
    ? name + declarator
    : `${name} ${declarator}`;
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
