import type { Problem } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import type { Replace } from '../state/desired.ts';
import type { ObjectInfo, ProgramDescription } from '../state/object-info.ts';
import { programsByName } from '../state/object-info.ts';
import type { Path } from './locate.ts';
import type { ManifestProgram, ManifestTargets } from './manifest.ts';

type Demands = Pick<ProgramDescription, 'sleepable' | 'asksForAddress'>;

/** How a program is replaced: as the manifest says, otherwise by exchange where that holds. */
export function replaceOf(
  { replace, targets }: Pick<ManifestProgram, 'replace' | 'targets'>,
  description: Demands,
): Replace {
  const holds = obstacle(description) === undefined && !isOnProgram(targets);
  return replace?.by ?? (holds ? 'exchange' : 'overlap');
}

/** The programs for which the manifest asks what their way of replacing does not allow: where it does, and what is wrong. */
export function checkReplace(
  programs: readonly ManifestProgram[],
  info: ObjectInfo,
): (readonly [path: Path, problem: Problem])[] {
  const known = programsByName(info);
  return programs.flatMap((program) => {
    const description = known.get(program.program);
    return description === undefined ? [] : checkProgram(program, description);
  });
}

function checkProgram(
  program: ManifestProgram,
  description: ProgramDescription,
): (readonly [path: Path, problem: Problem])[] {
  const { replace, state, path } = program;
  if (isOnProgram(program.targets)) return checkOnProgram(program);
  const why = obstacle(description);
  if (replace?.by === 'exchange' && why !== undefined) {
    return [[replace.path, noExchange(program, why)]];
  }
  if (state !== 'paused' || replaceOf(program, description) === 'exchange') return [];
  return [[[...path, 'state'], why === undefined ? notPaused(program) : neverPaused(program, why)]];
}

function isOnProgram({ items }: ManifestTargets): boolean {
  return items.some(({ kind }) => kind === 'program');
}

/**
 * What is attached to a BPF program is attached once: the kernel forgets what it was loaded for (prog->aux->dst_prog in
 * bpf_tracing_prog_attach, kernel/bpf/syscall.c). So it can neither be put back after a gap, nor stay while a dispatcher goes.
 */
function checkOnProgram({
  program,
  replace,
  state,
  path,
}: ManifestProgram): (readonly [path: Path, problem: Problem])[] {
  const what = `program ${quoted(program)} watches another BPF program, and`;
  if (replace !== undefined && replace.by !== 'overlap') {
    const message = `${what} cannot be replaced by ${replace.by}`;
    const hint = 'write "replace: overlap" for it';
    return [[replace.path, { code: `no-${replace.by}`, message, hint }]];
  }
  if (state !== 'paused') return [];
  const hint = '"state: loaded" detaches it';
  return [[[...path, 'state'], { code: 'no-pause', message: `${what} cannot be paused`, hint }]];
}

/**
 * What keeps a program out of a slot. The verifier: sleepable programs can only use array, hash, and ringbuf maps
 * (kernel/bpf/verifier.c, check_map_prog_compatibility; arrays of programs since Linux 7.0, commit 0f0c332992b8). The address: kernel/bpf/trampoline.c, call_get_func_ip.
 */
function obstacle({ sleepable, asksForAddress }: Demands): string | undefined {
  if (sleepable) return 'is sleepable, and a dispatcher is not: Linux before 7.0 lets none sleep';
  if (!asksForAddress) return undefined;
  return 'calls bpf_get_func_ip, for which the kernel has nothing when it runs from a slot';
}

function noExchange({ program }: ManifestProgram, why: string): Problem {
  const message = `program ${quoted(program)} cannot be replaced by exchange: it ${why}`;
  return { code: 'no-exchange', message, hint: 'write "replace: overlap" for it' };
}

function neverPaused({ program }: ManifestProgram, why: string): Problem {
  const message = `program ${quoted(program)} cannot be paused: it ${why}`;
  return { code: 'no-pause', message, hint: '"state: loaded" detaches it' };
}

function notPaused({ program }: ManifestProgram): Problem {
  const message = `program ${quoted(program)} can only be paused with "replace: exchange"`;
  return { code: 'no-pause', message, hint: '"state: loaded" detaches it' };
}
