import type { Btf } from '../btf/btf.ts';
import { readFunctionTypes } from '../libbpf/info.ts';
import { programFacts } from './program-info.ts';
import { loadedPrograms } from './loaded-programs.ts';
import type { ProgramTarget } from './target.ts';
import { btfOfProgram, openProgram } from './target.ts';

/** A loaded program, and the types of its functions if it has any. */
export interface OpenedTarget {
  readonly id: number;
  readonly btfId: number | undefined;
  readonly btf: Btf | undefined;
  /** Those of its own: the BTF is its whole object's. Empty where the kernel does not tell. */
  readonly functionTypes: ReadonlySet<number>;
}

/** Looks a program up by its pin or id, of whatever type it is. Errors as those of `FEntry.load` for such a target. */
export function targetProgram(program: ProgramTarget['program']): OpenedTarget {
  using fd = openProgram(program);
  const { id, btfId } = programFacts(fd.number);
  const btf = btfId === undefined ? undefined : btfOfProgram(fd, `program ${id}`);
  return { id, btfId, btf, functionTypes: new Set(readFunctionTypes(fd.number)) };
}

/** Ids of all programs that have a tag (CAP_SYS_ADMIN), in the order in which they were loaded. */
export function idsOfTag(tag: string): readonly number[] {
  return [...loadedPrograms()]
    .filter((one) => one.tag === tag)
    .toSorted((a, b) => (a.loadedAtBootNs < b.loadedAtBootNs ? -1 : 1))
    .map(({ id }) => id);
}
