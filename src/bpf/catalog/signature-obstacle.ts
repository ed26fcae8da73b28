import process from 'node:process';
import type { Obstacle } from '../../state/function-catalog.ts';
import type { Btf } from '../btf/btf.ts';
import type { BtfType } from '../btf/btf-type.ts';
import { BtfKind, isModifier } from '../btf/btf-type.ts';
import { typeText } from '../btf/type-text.ts';
import { enumerators, membersOfStruct } from './members.ts';

/** What trampolines of a kernel can pass on. */
export interface TrampolineLimits {
  /** 64-bit words of arguments. */
  readonly words: number;
  /** Bytes of a struct that is an argument itself; 0: none may be. */
  readonly structBytes: number;
}

/** MAX_BPF_FUNC_ARGS in include/linux/bpf.h: the verifier takes no more on any architecture. */
const mostArguments = 12;

/**
 * What this kernel's trampolines can do, told by its types, as distributions carry changes of BPF to older versions. Structs of up to 16
 * bytes came with flags for each argument, in `struct btf_func_model` (Linux 6.1). That x86-64 takes more than its six
 * registers (Linux 6.6, arch/x86/net/bpf_jit_comp.c) left no trace in types: it came in the same release as
 * links to several uprobes, which are one in `enum bpf_link_type`. Elsewhere only the verifier's limit is known.
 */
export function trampolineLimits(btf: Btf, architecture: string = process.arch): TrampolineLimits {
  const links = enumerators(btf, 'bpf_link_type');
  const isNew = links.some(({ name }) => name === 'BPF_LINK_TYPE_UPROBE_MULTI');
  const model = membersOfStruct(btf, 'btf_func_model');
  return {
    words: isNew || architecture !== 'x64' ? mostArguments : 6,
    structBytes: model.some(({ name }) => name === 'arg_flags') ? 16 : 0,
  };
}

/** Why trampolines cannot pass a function's arguments on (btf_distill_func_proto in kernel/bpf/btf.c). */
export function signatureObstacle(
  btf: Btf,
  functionId: number,
  limits: TrampolineLimits,
): Obstacle | undefined {
  const prototype = btf.type(btf.type(functionId)?.sizeOrType ?? 0);
  if (prototype === undefined) return undefined;
  const types = parametersOf(prototype);
  return (
    unsupported(btf, types, prototype.sizeOrType, limits) ??
    tooMany(types.length, wordsOf(btf, types), limits)
  );
}

function unsupported(
  btf: Btf,
  parameters: readonly number[],
  returned: number,
  { structBytes }: TrampolineLimits,
): Obstacle | undefined {
  const result = resolve(btf, returned);
  if (result !== undefined && !isScalar(result))
    return obstacle(`it returns a "${typeText(btf, returned)}" by value`);
  if (parameters.at(-1) === 0) return obstacle('it takes a variable number of arguments');
  const at = parameters.findIndex((id) => !isSupported(resolve(btf, id), structBytes));
  if (at === -1) return undefined;
  return obstacle(`its argument ${at + 1} is a "${typeText(btf, parameters[at] ?? 0)}" by value`);
}

function tooMany(count: number, words: number, limits: TrampolineLimits): Obstacle | undefined {
  if (count <= mostArguments && words <= limits.words) return undefined;
  const amount = words > count ? `${count} arguments, of ${words} words` : `${count} arguments`;
  return {
    code: 'too-many-arguments',
    text: `it takes ${amount}, and this kernel passes on at most ${limits.words}`,
  };
}

function obstacle(text: string): Obstacle {
  return { code: 'unsupported-argument', text };
}

function isSupported(type: BtfType | undefined, structBytes: number): boolean {
  if (type?.kind === BtfKind.struct) return type.sizeOrType > 0 && type.sizeOrType <= structBytes;
  return type !== undefined && isScalar(type);
}

/** What fits a register: not __int128, of which the trampoline would save half. */
function isScalar({ kind, sizeOrType }: BtfType): boolean {
  if (kind === BtfKind.pointer) return true;
  const isWhole = kind === BtfKind.int || kind === BtfKind.enum || kind === BtfKind.enum64;
  return isWhole && sizeOrType <= 8;
}

/** Each register or place on the stack is one; so is each eight bytes of a struct. */
function wordsOf(btf: Btf, parameters: readonly number[]): number {
  const words = parameters.map((id) => {
    const type = resolve(btf, id);
    return type?.kind === BtfKind.struct ? Math.ceil(type.sizeOrType / 8) : 1;
  });
  return words.reduce((sum, count) => sum + count, 0);
}

function parametersOf({ words, memberCount }: BtfType): readonly number[] {
  return Array.from({ length: memberCount }, (_, index) => words[index * 2 + 1] ?? 0);
}

/** Through typedefs and qualifiers; a malformed file can hold a loop. */
function resolve(btf: Btf, id: number): BtfType | undefined {
  let type = btf.type(id);
  for (let step = 0; type !== undefined && isModifier(type.kind) && step < 32; step += 1) {
    type = btf.type(type.sizeOrType);
  }
  return type;
}
