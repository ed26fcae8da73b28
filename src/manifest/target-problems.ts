import type { Problem } from '../base/diagnostic.ts';
import { listed, quoted } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import type { Absence } from '../state/expansion.ts';
import type { FunctionCatalog } from '../state/function-catalog.ts';
import { isGlob } from '../base/glob.ts';
import type { ManifestTarget, ManifestTargets } from './manifest.ts';
import type { Blocked, Found } from './target-search.ts';

/** A name or glob that gives nothing; near names are looked for in `functions`, if they are given. */
export function missing(
  text: string,
  why: Absence,
  functions: FunctionCatalog | undefined,
): Problem {
  const code = isGlob(text) ? 'matches-nothing' : 'no-such-function';
  switch (why.code) {
    case 'no-such-module': {
      const message = `no module ${quoted(why.module)} with BTF is loaded`;
      return {
        code: 'no-such-module',
        message,
        hint: whereItIs(text, functions) ?? load(why.module),
      };
    }
    case 'no-such-program':
      return { code: why.code, message: `there is no program ${quoted(why.program)}` };
    case 'no-btf':
    case 'no-symbol': {
      const message = `${quoted(text)} cannot be attached to: ${why.text}`;
      return { code: why.code, message, hint: anotherKernel };
    }
    case 'none-attachable': {
      const found = why.matching === 1 ? '1 function' : `${why.matching} functions`;
      const message = `${quoted(text)} matches ${found}, and nothing can be attached there`;
      return { code: 'none-attachable', message, hint: whatStandsAgainst };
    }
    case 'no-such-function':
      return { code, message: messageOf(text), hint: nearNames(text, functions) ?? nothingNear };
  }
}

const anotherKernel = '"if_missing: skip" does without where a kernel does not have it';
const neverComes = 'write "module:function" if a module brings it, or "if_missing: skip"';
const whatStandsAgainst = 'name one of them to see what stands against it';
const nothingNear = 'it may be inlined, or have another name in this version of the kernel';

/** One that was loaded and has no BTF was built without, or is of a kernel before 5.11. */
function load(module: string): string {
  return `load it ("modprobe ${module}"; it is loaded, but was built without BTF, if that changes nothing), or write "if_missing: wait", and watch attaches once it is there`;
}

/** Where a function of that name is, if not in that module: it may be built in, or the module's name may be wrong. */
function whereItIs(text: string, functions: FunctionCatalog | undefined): string | undefined {
  const name = text.slice(text.indexOf(':') + 1);
  if (functions === undefined || isGlob(name)) return undefined;
  if (functions.find(name).length > 0) return `the kernel itself has it: write ${quoted(name)}`;
  const [first] = functions.matching(`*:${name}`);
  return first === undefined ? undefined : `another module has it: write ${quoted(first.name)}`;
}

function messageOf(text: string): string {
  if (isGlob(text)) return `no function of this kernel matches ${quoted(text)}`;
  const [module = '', name] = text.split(':');
  if (name === undefined) return `this kernel has no function ${quoted(text)}`;
  return `module ${quoted(module)} has no function ${quoted(name)}`;
}

function nearNames(text: string, functions: FunctionCatalog | undefined): string | undefined {
  if (functions === undefined) return undefined;
  if (isGlob(text)) return 'a pattern stands for whole names: "tcp_*", not "tcp_"';
  const [module = '', name] = text.split(':');
  if (name !== undefined) {
    const known = functions.matching(`${module}:*`).map((one) => one.name.split(':')[1] ?? '');
    return didYouMean(name, known);
  }
  const [elsewhere] = functions.matching(`*:${text}`);
  if (elsewhere !== undefined) return `a module has it: write ${quoted(elsewhere.name)}`;
  return didYouMean(text, functions.names());
}

/** It is to be waited for, but is no module's. */
export function noModuleBrings(text: string, why: Absence): Problem {
  const { message } = missing(text, why, undefined);
  return {
    code: 'never-comes',
    message: `${message}, and no module can bring it`,
    hint: neverComes,
  };
}

/** A function that is there, and that no program can, or should, be attached to. */
export function cannotAttach({ of: { name }, obstacle, prototypes }: Blocked): Problem {
  if (obstacle.code === 'ambiguous' && prototypes.length === 1) {
    const message = `${quoted(name)} is ambiguous: ${obstacle.text}`;
    return { code: 'ambiguous-function', message, hint: 'watch a function whose name is its own' };
  }
  if (obstacle.code === 'ambiguous') {
    const message = `${quoted(name)} is ambiguous: this kernel has ${prototypes.length} functions of that name`;
    const hint = `it could be any of ${listed(prototypes, 4)}; watch a function whose name is its own`;
    return { code: 'ambiguous-function', message, hint };
  }
  if (obstacle.code === 'signature') {
    const message = `${quoted(name)} has another prototype than "signature" demands: ${quoted(prototypes[0] ?? '')}`;
    return {
      code: 'other-prototype',
      message,
      hint: `it would have to fit ${quoted(obstacle.text)}`,
    };
  }
  const message = `${quoted(name)} cannot be attached to: ${obstacle.text}`;
  const hint =
    obstacle.code === 'dangerous' ? '"allow_dangerous: true" attaches all the same' : undefined;
  return { code: obstacle.code, message, hint };
}

/** So many functions match, and those that could be attached to have another prototype than is demanded. */
export function noneFits(text: string, matching: number, misfits: readonly Blocked[]): Problem {
  const [first] = misfits;
  const matches = `${quoted(text)} matches ${matching === 1 ? '1 function' : `${matching} functions`}`;
  const have = misfits.length === 1 ? 'has' : 'have';
  const who = misfits.length === matching ? `, which ${have}` : `: ${misfits.length} ${have}`;
  const others = misfits.length === matching ? '' : ', and nothing can be attached to the others';
  const message = `${matches}${who} another prototype than "signature" demands, e.g. ${quoted(first?.prototypes[0] ?? '')}${others}`;
  const hint = `it would have to fit ${quoted(first?.obstacle.text ?? '')}`;
  return { code: 'other-prototype', message, hint };
}

/** None of the alternatives will do. */
export function noAlternative(
  found: readonly (Found & { readonly item: ManifestTarget })[],
  { ifMissing }: Pick<ManifestTargets, 'ifMissing'>,
): Problem {
  const otherwise = ifMissing === 'wait' ? neverComes : anotherKernel;
  const names = found.map(({ item }) => item.text);
  const reasons = found.flatMap((one) => {
    if ('obstacle' in one) return [cannotAttach(one).message];
    return 'why' in one && (one.why.code === 'no-symbol' || one.why.code === 'no-btf')
      ? [missing(one.item.text, one.why, undefined).message]
      : [];
  });
  return {
    code: 'no-alternative',
    message: `this kernel has none of ${listed(names)} that can be attached to`,
    hint: reasons.length > 0 ? reasons.join('; ') : otherwise,
  };
}

/** More functions than may be meant. */
export function tooMany(count: number, { maxTargets }: ManifestTargets): Problem {
  const message = `these are ${count} functions, more than "max_targets: ${maxTargets}" allows`;
  const hint = `if that is meant, write "max_targets: ${count}"`;
  return { code: 'too-many-targets', message, hint };
}

/** `isIncluded`: there is something else than exclusions. */
export function allExcluded(isIncluded: boolean): Problem {
  const code = 'all-excluded';
  if (isIncluded) {
    return { code, message: 'no function is left: "!" leaves out all that the others give' };
  }
  const message = 'no function is left: there are only exclusions';
  return { code, message, hint: 'name what they are left out of, e.g. "vfs_*"' };
}
