import type { Obstacle } from '../../state/function-catalog.ts';
import type { Btf } from '../btf/btf.ts';
import type { BtfType } from '../btf/btf-type.ts';
import { BtfKind, isModifier } from '../btf/btf-type.ts';
import { typeText } from '../btf/type-text.ts';
import type { TrampolineLimits } from './trampoline-limits.ts';
import { mostArguments } from './trampoline-limits.ts';

/**
 * Whether trampolines can pass on what functions of some BTF take (btf_distill_func_proto in kernel/bpf/btf.c). Types are looked at
 * once each: functions are many, and their arguments are mostly the same.
 */
export class SignatureCheck {
  readonly #btf: Btf;
  readonly #limits: TrampolineLimits;
  readonly #words = new Map<number, number>();

  constructor(btf: Btf, limits: TrampolineLimits) {
    this.#btf = btf;
    this.#limits = limits;
  }

  /** Why they cannot; `undefined` where nothing is against it. */
  obstacle(functionId: number): Obstacle | undefined {
    const prototype = this.#btf.type(this.#btf.type(functionId)?.sizeOrType ?? 0);
    if (prototype === undefined) return undefined;
    const { memberCount, sizeOrType: returned } = prototype;
    if (returned !== 0 && !this.#isReturned(returned)) {
      return unsupported(`it returns a "${typeText(this.#btf, returned)}" by value`);
    }
    let sum = 0;
    for (let index = 0; index < memberCount; index += 1) {
      const id = prototype.word(index * 2 + 1);
      const size = id === 0 ? 0 : this.#wordsOf(id);
      if (size === 0) return this.#unsupportedArgument(index, id);
      sum += size;
    }
    return this.#tooMany(memberCount, sum);
  }

  #unsupportedArgument(index: number, id: number): Obstacle {
    if (id === 0) return unsupported('it takes a variable number of arguments');
    return unsupported(`its argument ${index + 1} is a "${typeText(this.#btf, id)}" by value`);
  }

  #tooMany(count: number, words: number): Obstacle | undefined {
    const most = this.#limits.words;
    if (count <= mostArguments && words <= most) return undefined;
    const amount = words > count ? `${count} arguments, of ${words} words` : `${count} arguments`;
    const text = `it takes ${amount}, and this kernel passes on at most ${most}`;
    return { code: 'too-many-arguments', text };
  }

  /** A struct or union is not, of whatever size. */
  #isReturned(id: number): boolean {
    const kind = resolve(this.#btf, id)?.kind;
    return kind !== BtfKind.struct && kind !== BtfKind.union && this.#wordsOf(id) === 1;
  }

  /** Registers, or places on the stack, that an argument of a type takes; 0 where it cannot be passed on. */
  #wordsOf(id: number): number {
    const known = this.#words.get(id);
    if (known !== undefined) return known;
    const type = resolve(this.#btf, id);
    const words = type === undefined ? 0 : wordsOfType(type, this.#limits);
    this.#words.set(id, words);
    return words;
  }
}

function unsupported(text: string): Obstacle {
  return { code: 'unsupported-argument', text };
}

/** An __int128 would be saved by half; of a floating point number the kernel knows no size (__get_type_size in btf.c). */
function wordsOfType({ kind, sizeOrType: size }: BtfType, limits: TrampolineLimits): number {
  if (kind === BtfKind.pointer) return 1;
  if (kind === BtfKind.struct) return size <= limits.structBytes ? Math.ceil(size / 8) : 0;
  if (kind === BtfKind.union) return size <= limits.unionBytes ? Math.ceil(size / 8) : 0;
  const isWhole = kind === BtfKind.int || kind === BtfKind.enum || kind === BtfKind.enum64;
  return isWhole && size <= 8 ? 1 : 0;
}

/** Through typedefs and qualifiers; a malformed file can hold a loop. */
function resolve(btf: Btf, id: number): BtfType | undefined {
  let type = btf.type(id);
  for (let step = 0; type !== undefined && isModifier(type.kind) && step < 32; step += 1) {
    type = btf.type(type.sizeOrType);
  }
  return type;
}
