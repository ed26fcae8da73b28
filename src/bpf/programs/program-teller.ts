import { Btf } from '../btf/btf.ts';
import { BtfKind } from '../btf/btf-type.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { openBtfById, openMapById, openProgramById } from '../libbpf/by-id.ts';
import { CallError } from '../libbpf/errno.ts';
import type { Fd } from '../libbpf/fd.ts';
import { readBtfData, readBtfName, readFunctionTypes } from '../libbpf/info.ts';
import type { LinkInfo } from '../links/link-info.ts';
import { mapInfo } from '../maps/map-info.ts';
import type { FoundProgram } from '../../state/found-program.ts';
import type { ProgramFactsWithMaps } from './program-info.ts';
import { programFactsWithMaps } from './program-info.ts';

/** What the kernel tells of a loaded tracing program by its id; all of it takes CAP_SYS_ADMIN. */
export class ProgramTeller {
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  /** All but what is pinned of it, or why it is none that watches a function of the kernel or a module. Throws a `CallError`. */
  tell(link: LinkInfo | undefined): Omit<FoundProgram, 'attachType' | 'pins' | 'links'> | string {
    using fd = openIfThere(() => openProgramById(this.#id));
    if (fd === undefined) return 'of a program that is gone by now';
    const facts = programFactsWithMaps(fd.number);
    const target = targetOf(facts, link);
    if (target === undefined)
      return 'a tracing program on no function of the kernel or its modules';
    const { id, tag, btfId, mapIds } = facts;
    const whole = wholeName(fd, btfId);
    const name = whole ?? facts.name;
    return {
      id,
      name,
      isNameWhole: whole !== undefined,
      tag,
      target,
      btfId,
      maps: mapIds.flatMap(mapName),
    };
  }
}

/** From Linux 6.0 on the program says it, before that its link (5.13). A link on another program has another object than that. */
function targetOf(facts: ProgramFactsWithMaps, link: LinkInfo | undefined): string | undefined {
  const { attachBtfId: typeId = link?.targetBtfId, attachBtfObjectId } = facts;
  const objectId = attachBtfObjectId ?? link?.targetObjectId;
  const isElsewhere = link?.targetObjectId !== undefined && link.targetObjectId !== objectId;
  if (typeId === undefined || objectId === undefined || isElsewhere) return undefined;
  const module = nameOfBtf(objectId);
  if (module === undefined) return undefined;
  const btf = module === 'vmlinux' ? kernelBtf() : Btf.forModule(module, kernelBtf());
  const type = btf.type(typeId);
  // what iterates has a function too, which nothing calls (include/linux/bpf.h, DEFINE_BPF_ITER_FUNC)
  if (type?.kind !== BtfKind.function || type.name.startsWith('bpf_iter_')) return undefined;
  return module === 'vmlinux' ? type.name : `${module}:${type.name}`;
}

/** `vmlinux`, or a module's name; `undefined` where there is no such BTF, or it is a program's. */
function nameOfBtf(id: number): string | undefined {
  using fd = openIfThere(() => openBtfById(id));
  const name = fd === undefined ? '' : readBtfName(fd.number);
  return name === '' ? undefined : name;
}

/** Its function's name in the BTF of its object. */
function wholeName(program: Fd, btfId: number | undefined): string | undefined {
  const [typeId] = readFunctionTypes(program.number, 1);
  if (typeId === undefined || btfId === undefined) return undefined;
  using fd = openIfThere(() => openBtfById(btfId));
  if (fd === undefined) return undefined;
  return new Btf(readBtfData(fd.number)).type(typeId)?.name;
}

function mapName(id: number): readonly string[] {
  using fd = openIfThere(() => openMapById(id));
  return fd === undefined ? [] : [mapInfo(fd.number).name];
}

function openIfThere(open: () => Fd): Fd | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof CallError && error.errnoName === 'ENOENT') return undefined;
    throw error;
  }
}
