import type { CatalogFunction } from '../../state/function-catalog.ts';
import type { FunctionLinks } from '../../state/function-links.ts';
import type { Btf } from '../btf/btf.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { eachLink, openBtfById, openProgramById } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import { readBtfName } from '../libbpf/info.ts';
import type { LinkInfo } from '../links/link-info.ts';
import { linkInfo } from '../links/link-info.ts';
import { programFacts } from '../programs/program-info.ts';
import { splitModule } from '../programs/split-module.ts';
import { trampolineLinkLimit } from './link-limit.ts';

/** Links by module and BTF id of their function; the kernel's own are `vmlinux`'s. */
type LinksByTarget = ReadonlyMap<string, ReadonlyMap<number, readonly number[]>>;

/** The same for all functions that have none: there are thousands. */
const none: readonly number[] = [];

/**
 * The links of the running kernel, all of which are gone through when the first function is asked for: that takes
 * CAP_SYS_ADMIN, and Linux 5.13, which tells what a link is on. Links by which a program runs on a function of another program are not
 * on the function of the kernel that has the same number.
 */
export class KernelLinks implements FunctionLinks {
  readonly limit: number | undefined;
  #links: { readonly byTarget: LinksByTarget | undefined } | undefined;

  constructor(btf: Btf = kernelBtf()) {
    this.limit = trampolineLinkLimit(btf);
  }

  on({ name, btfId }: CatalogFunction): readonly number[] | undefined {
    this.#links ??= { byTarget: readIfPermitted() };
    const [module = 'vmlinux'] = splitModule(name);
    return this.#links.byTarget === undefined
      ? undefined
      : (this.#links.byTarget.get(module)?.get(btfId) ?? none);
  }
}

function readIfPermitted(): LinksByTarget | undefined {
  try {
    return readLinks();
  } catch (error) {
    if (error instanceof CallError && error.errnoName === 'EPERM') return undefined;
    throw error;
  }
}

/** `undefined` where a tracing link does not tell its target: then nothing is known of any function. */
function readLinks(): LinksByTarget | undefined {
  const links = new Map<string, Map<number, readonly number[]>>();
  const names = new Map<number, string | undefined>();
  for (const fd of eachLink()) {
    const info = linkInfo(fd.number);
    if (info.type !== 'tracing') continue;
    const { id, targetObjectId, targetBtfId } = info;
    if (targetObjectId === undefined || targetBtfId === undefined) return undefined;
    if (!names.has(targetObjectId)) names.set(targetObjectId, btfName(targetObjectId));
    const name = names.get(targetObjectId);
    if (name === undefined || isOnProgram(info)) continue;
    const ofModule = links.get(name) ?? new Map<number, readonly number[]>();
    links.set(name, ofModule.set(targetBtfId, [...(ofModule.get(targetBtfId) ?? none), id]));
  }
  return links;
}

/**
 * The object of a link's target is some BTF, or a program, and the kernel does not say which (bpf_trampoline_unpack_key in
 * include/linux/bpf_verifier.h). A program's own BTF object is only told for functions of the kernel, from Linux 6.0 on.
 */
function isOnProgram({ programId, targetObjectId }: LinkInfo): boolean {
  const facts = openIfThere(
    () => openProgramById(programId),
    ({ number }) => programFacts(number),
  );
  return facts?.attachBtfId !== undefined && facts.attachBtfObjectId !== targetObjectId;
}

/** `vmlinux`, or a module's name; `undefined` where there is no such BTF, or it is a program's. */
function btfName(id: number): string | undefined {
  const name = openIfThere(
    () => openBtfById(id),
    ({ number }) => readBtfName(number),
  );
  return name === '' ? undefined : name;
}

function openIfThere<Thing extends Disposable, Result>(
  open: () => Thing,
  read: (thing: Thing) => Result,
): Result | undefined {
  try {
    using thing = open();
    return read(thing);
  } catch (error) {
    if (error instanceof CallError && error.errnoName === 'ENOENT') return undefined;
    throw error;
  }
}
