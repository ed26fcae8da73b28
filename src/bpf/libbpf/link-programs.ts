import { isMainThread } from 'node:worker_threads';
import koffi from 'koffi';
import { UnsupportedError } from '../../base/errors.ts';
import { copyMemory, viewMemory } from './address.ts';
import { checkResult } from './errno.ts';
import { readProgramInfo } from './info.ts';
import type { InfoRecords, LinkedProgram } from './load-options.ts';
import { loadOptions } from './load-options.ts';
import { refersToModule } from './module-references.ts';
import { libbpfSymbol } from './symbols.ts';
import type { ProgramPointer } from './symbols.ts';

/** The sections whose programs we load ourselves; the `+` lets libbpf accept `fentry` and `fentry/FUNCTION`. */
const sections = ['fentry', 'fexit', 'fmod_ret', 'lsm'].flatMap((name) => [
  `${name}.s+`,
  `${name}+`,
]);

const socketFilter = 1; // BPF_PROG_TYPE_SOCKET_FILTER
/** `r0 = 0; exit` */
const standIn = Buffer.from('b7000000000000009500000000000000', 'hex');
const instructionLength = 8;
const gplCompatible = 84; // offset in `struct bpf_prog_info`: the lowest bit
const cancelled = -125; // -ECANCELED

interface Linking {
  readonly programs: Map<string, LinkedProgram>;
  /** The program that was handed over last: its stand-in is in the kernel until the next one comes. */
  last: ProgramPointer | undefined;
  gplCompatible: boolean | undefined;
  error: unknown;
}

let linking: Linking | undefined;
let registered = false;

/** What an object's programs are once they are relocated. */
export interface Linked {
  readonly programs: ReadonlyMap<string, LinkedProgram>;
  /** Whether the kernel takes the object's license for one that may call its GPL-only helpers. */
  readonly gplCompatible: boolean;
}

/**
 * Relocates programs without loading them, which libbpf before 1.6 offers only as a part of `bpf_object__load`: right
 * before the system call it hands each program to its section's handler (`prog_prepare_load_fn`). Ours takes a copy
 * and leaves a stand-in of two instructions, a socket filter, for libbpf to load; it goes when the next one comes.
 * So the kernel's BTF is searched once for an object, and a program can be loaded for a thousand targets.
 */
export function withLinker(load: () => void): Linked {
  const mine: Linking = {
    programs: new Map(),
    last: undefined,
    gplCompatible: undefined,
    error: undefined,
  };
  linking = mine;
  try {
    load();
  } catch (error) {
    throw mine.error ?? error;
  } finally {
    linking = undefined;
    dropStandIn(mine);
  }
  return { programs: mine.programs, gplCompatible: mine.gplCompatible ?? false };
}

/**
 * Must run before an object is opened: libbpf looks a section's handler up then, and keeps a pointer to it. Throws an
 * `UnsupportedError` in a worker thread: handlers are the whole process's, and one that a worker registers
 * ends with the worker, so that the next object opened by any other thread would end the process.
 */
export function registerSections(): void {
  if (registered) return;
  if (!isMainThread) {
    throw new UnsupportedError('objects can be opened by the main thread only', {
      hint: 'open, load and attach there; a worker can open pinned programs, links and maps',
    });
  }
  registered = true;
  const type = koffi.proto('int libbpf_prepare_load(void *program, void *options, long cookie)');
  const callback = koffi.register(prepareLoad, koffi.pointer(type));
  const options = {
    sz: 40,
    cookie: 0,
    prog_setup_fn: null,
    prog_prepare_load_fn: callback,
    prog_attach_fn: null,
  };
  const register = libbpfSymbol('libbpf_register_prog_handler');
  for (const section of sections) {
    const result = register(section, socketFilter, 0, options);
    checkResult('libbpf_register_prog_handler', result);
  }
}

/** An exception must not reach libbpf, which would go on as if all were well. */
function prepareLoad(program: ProgramPointer, options: bigint): number {
  if (linking === undefined) return cancelled;
  try {
    takeCopy(linking, program, viewMemory(options, loadOptions.size));
    return 0;
  } catch (error) {
    linking.error = error;
    return cancelled;
  }
}

function takeCopy(into: Linking, program: ProgramPointer, options: Buffer): void {
  dropStandIn(into);
  const name = libbpfSymbol('bpf_program__name')(program);
  const count = Number(libbpfSymbol('bpf_program__insn_cnt')(program));
  const start = libbpfSymbol('bpf_program__insns')(program);
  const instructions = copyMemory(start, count * instructionLength);
  if (refersToModule(instructions)) {
    throw new UnsupportedError(`program "${name}" uses a function or variable of a kernel module`, {
      hint: 'such programs cannot be loaded yet; leave it out: name the others in "programs"',
    });
  }
  into.programs.set(name, {
    name,
    instructions,
    flags: options.readUInt32LE(loadOptions.flags),
    btfFd: options.readInt32LE(loadOptions.programBtfFd),
    functionInfo: copyRecords(options, loadOptions.functionInfo),
    lineInfo: copyRecords(options, loadOptions.lineInfo),
  });
  putStandIn(program, options);
  into.last = program;
}

/** The three members of a kind of record follow each other. */
function copyRecords(options: Buffer, at: number): InfoRecords {
  const count = options.readUInt32LE(at + 8);
  const recordSize = options.readUInt32LE(at + 12);
  const bytes = copyMemory(options.readBigUInt64LE(at), count * recordSize);
  return { bytes, count, recordSize };
}

/** What the options say of functions and lines is of the real program, and would not fit the stand-in. */
function putStandIn(program: ProgramPointer, options: Buffer): void {
  const count = standIn.length / instructionLength;
  const result = libbpfSymbol('bpf_program__set_insns')(program, standIn, count);
  checkResult('bpf_program__set_insns', result);
  options.writeUInt32LE(0, loadOptions.programBtfFd);
  options.writeUInt32LE(0, loadOptions.flags);
  options.fill(0, loadOptions.functionInfo, loadOptions.logLevel);
}

function dropStandIn(of: Linking): void {
  if (of.last === undefined) return;
  of.gplCompatible ??= isGplCompatible(libbpfSymbol('bpf_program__fd')(of.last));
  libbpfSymbol('bpf_program__unload')(of.last);
  of.last = undefined;
}

/** libbpf does not tell an object's license, but the kernel tells what it thinks of that of a stand-in. */
function isGplCompatible(fd: number): boolean | undefined {
  if (fd < 0) return undefined; // the object's load failed before
  return (readProgramInfo(fd).bytes.readUInt32LE(gplCompatible) & 1) === 1;
}
