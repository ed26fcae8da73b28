import type { Problem } from '../base/diagnostic.ts';
import { listed, quoted } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import type { ObjectInfo, ProgramDescription } from '../state/object-info.ts';
import { programsByName } from '../state/object-info.ts';
import type { ProgramName } from '../state/ids.ts';
import type { ManifestProgram } from './manifest.ts';

/** The programs that the object lacks or that cannot watch a kernel function, each with what is wrong. */
export function checkPrograms(
  programs: readonly ManifestProgram[],
  info: ObjectInfo,
): (readonly [program: string, problem: Problem])[] {
  const known = programsByName(info);
  return programs.flatMap(({ program }) => {
    const problem = checkProgram(program, known);
    return problem === undefined ? [] : [[program, problem] as const];
  });
}

function checkProgram(
  name: ProgramName,
  has: ReadonlyMap<ProgramName, ProgramDescription>,
): Problem | undefined {
  const program = has.get(name);
  if (program === undefined) return lacking(name, [...has.keys()]);
  if (program.attachType !== undefined) return undefined;
  return decider(program) ?? otherKind(program);
}

function lacking(name: string, has: readonly string[]): Problem {
  const message = `the object has no program ${quoted(name)}`;
  const all = has.length === 0 ? 'it has no programs' : `it has ${listed(has)}`;
  return { code: 'no-such-program', message, hint: didYouMean(name, has) ?? all };
}

/** What each is in the library. */
const deciders = { fmod_ret: 'asFModRet', lsm: 'asLsm' } as const;

/** A program that decides what the kernel does, and does not only watch it. */
function decider({ name, section }: ProgramDescription): Problem | undefined {
  const kind = (['fmod_ret', 'lsm'] as const).find((one) => isSection(section, one));
  if (kind === undefined) return undefined;
  const message = `program ${quoted(name)} is ${kind}, and a manifest attaches only fentry and fexit, which change nothing: its section is ${quoted(section)}`;
  const hint = `the library attaches it: "ebpf.program(NAME).${deciders[kind]}()"`;
  return { code: 'not-tracing', message, hint };
}

function isSection(section: string, kind: string): boolean {
  return [kind, `${kind}.s`].includes(section.split('/')[0] ?? '');
}

function otherKind({ name, section }: ProgramDescription): Problem {
  const message = `program ${quoted(name)} is neither fentry nor fexit: its section is ${quoted(section)}`;
  const hint = 'write SEC("fentry/FUNCTION") or SEC("fexit/FUNCTION") before it in its source';
  return { code: 'not-tracing', message, hint };
}
