import { didYouMean } from '../../base/suggest.ts';
import { EbpfError } from '../ebpf-error.ts';
import type { Btf } from './btf.ts';
import type { BtfKindName, BtfType } from './btf-type.ts';
import { BtfKind } from './btf-type.ts';
import { PrototypeWriter, typeText } from './type-text.ts';

/** A name that several types have. */
export interface Ambiguity {
  readonly name: string;
  readonly kind: BtfKindName;
  readonly ids: readonly number[];
}

/** How many candidates a hint names. */
const maxCandidates = 8;

/** No type of that name and kind; says so when the kernel has what a module has not. */
export function unknownType(btf: Btf, name: string, kind: BtfKindName): EbpfError {
  const { base } = btf;
  const isInBase = base !== undefined && base.find(name, kind).length > 0;
  return new EbpfError('UnknownType', `${placeOf(btf)} has no ${wordFor(kind)} "${name}"`, {
    hint: isInBase
      ? `${placeOf(base)} has it: look it up there`
      : didYouMean(name, btf.names(kind)),
  });
}

/** Several types of that name and kind: the hint lists them with their ids. */
export function ambiguousType(btf: Btf, { name, kind, ids }: Ambiguity): EbpfError {
  const message = `${placeOf(btf)} has ${ids.length} ${wordFor(kind)}s "${name}"`;
  return new EbpfError('AmbiguousType', message, {
    hint: `they are ${candidatesText(btf, ids)}`,
  });
}

/** An id where a function's was wanted. */
export function notAFunction(btf: Btf, id: number): EbpfError {
  const type = btf.type(id);
  const found = type === undefined ? 'not there' : `of kind ${wordFor(kindNameOf(type))}`;
  return new EbpfError('UnknownType', `type ${id} of ${placeOf(btf)} is ${found}, not a function`);
}

function candidatesText(btf: Btf, ids: readonly number[]): string {
  const texts = ids.slice(0, maxCandidates).map((id) => `${id} "${textOf(btf, id)}"`);
  const more = ids.length - texts.length;
  return more > 0 ? `${texts.join(', ')} and ${more} more` : texts.join(', ');
}

function textOf(btf: Btf, id: number): string {
  const type = btf.type(id);
  return type?.kind === BtfKind.function ? new PrototypeWriter(btf).text(type) : typeText(btf, id);
}

function placeOf({ path }: Btf): string {
  return path === undefined ? 'the BTF' : `the BTF "${path}"`;
}

function kindNameOf(type: BtfType): BtfKindName {
  const names = Object.keys(BtfKind) as BtfKindName[]; // the constant has no other keys
  return names.find((name) => BtfKind[name] === type.kind) ?? 'forward';
}

const words: Partial<Record<BtfKindName, string>> = {
  declarationTag: 'declaration tag',
  typeTag: 'type tag',
  forward: 'forward declaration',
};

function wordFor(kind: BtfKindName): string {
  return words[kind] ?? kind;
}
