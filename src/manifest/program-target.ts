import type { Problem } from '../base/diagnostic.ts';
import { listed, quoted } from '../base/diagnostic.ts';
import { suggest } from '../base/suggest.ts';
import { escapeName } from '../state/escape.ts';
import type { Absence } from '../state/expansion.ts';
import { kernelFunction } from '../state/ids.ts';
import type { ProgramSearch, TargetProgram } from '../state/target-home.ts';
import { referenceText } from '../state/target-home.ts';
import { isFit, parsePrototype } from './c-prototype.ts';
import type { ManifestTarget } from './manifest.ts';
import type { Demands, FoundFunction } from './target-search.ts';

/** A manifest's target in another BPF program. */
export type ProgramItem = Extract<ManifestTarget, { readonly kind: 'program' }>;

/** The function; what is wrong; or why there is none, which it may be. */
export type InProgram =
  | { readonly function: FoundFunction; readonly older: readonly number[] }
  | { readonly problem: Problem }
  | Missing;

interface Missing {
  readonly why: Absence;
  /** What the program has. */
  readonly functions: readonly string[];
}

/** bpffs takes no longer names (NAME_MAX), and the target's is a directory's. */
const longestName = 255;

/** The function in what was found of the program. */
export function findInProgram(
  item: ProgramItem,
  program: ProgramSearch,
  { signature }: Pick<Demands, 'signature'>,
): InProgram {
  if (escapeName(item.text).length > longestName) return { problem: tooLong(item) };
  if ('what' in program) return { problem: notAProgram(item, program.what) };
  if ('none' in program) {
    const code = 'no-such-program';
    return { why: { code, program: referenceText(item.program) }, functions: [] };
  }
  if (program.btfObjectId === undefined) return { problem: noBtf(item) };
  return inTypes(item, program, signature);
}

function inTypes(
  item: ProgramItem,
  { id, btfObjectId, functions, older }: TargetProgram,
  signature: string | undefined,
): InProgram {
  const found = functions.find(({ name }) => name === item.function);
  if (found === undefined) {
    return { why: { code: 'no-such-function' }, functions: functions.map(({ name }) => name) };
  }
  const [wanted, actual] = [signature ?? '', found.prototype].map(parsePrototype);
  const fits = wanted !== undefined && actual !== undefined && isFit(wanted, actual);
  if (signature !== undefined && !fits) {
    return { problem: otherPrototype(item, found.prototype, signature) };
  }
  const pin = 'pin' in item.program ? item.program.pin : undefined;
  const home = { kind: 'program', id, btfObjectId, pin, function: item.function } as const;
  return { function: { name: kernelFunction(item.text), btfId: found.btfId, home }, older };
}

/** A program or a function of it that may not be missing. */
export function missingInProgram(item: ProgramItem, { why, functions }: Missing): Problem {
  if (why.code === 'no-such-program') {
    const hint =
      'pin' in item.program
        ? 'load and pin it first, or write "if_missing: wait", and watch attaches once it is there'
        : 'name it by its pin: ids change each time that it is loaded, tags with its code';
    return { code: why.code, message: messageOf(item), hint };
  }
  const message = `${subjectOf(item)} has no function ${quoted(item.function)}`;
  const near = suggest(item.function, functions);
  const hint = near.length > 0 ? `did you mean ${listed(near)}?` : `it has ${listed(functions)}`;
  return { code: 'no-such-function', message, hint };
}

function subjectOf({ program }: ProgramItem): string {
  if ('pin' in program) return `program ${quoted(program.pin)}`;
  return 'id' in program ? `program ${program.id}` : `the program with tag ${quoted(program.tag)}`;
}

function messageOf({ program }: ProgramItem): string {
  if ('pin' in program) return `there is no program pinned at ${quoted(program.pin)}`;
  return 'id' in program
    ? `there is no program with id ${program.id}`
    : `there is no program with tag ${quoted(program.tag)}`;
}

function notAProgram(item: ProgramItem, what: string): Problem {
  const message = `${quoted(referenceText(item.program))} is ${what}, not a program`;
  return { code: 'not-a-program', message };
}

function noBtf(item: ProgramItem): Problem {
  const message = `${subjectOf(item)} has no BTF, which tells its functions`;
  return { code: 'no-btf', message, hint: 'compile it with "clang -g", and load it with its BTF' };
}

function otherPrototype(item: ProgramItem, actual: string, signature: string): Problem {
  const message = `${quoted(item.text)} has another prototype than "signature" demands: ${quoted(actual)}`;
  return { code: 'other-prototype', message, hint: `it would have to fit ${quoted(signature)}` };
}

function tooLong({ text }: ProgramItem): Problem {
  const message = `the target ${quoted(text)} is too long for a name in bpffs`;
  return { code: 'too-long', message, hint: 'pin the program at a shorter path' };
}
