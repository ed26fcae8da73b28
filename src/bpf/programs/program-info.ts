import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Info } from '../libbpf/info.ts';
import { readProgramInfo, readProgramInfoWithMapIds, textAt } from '../libbpf/info.ts';
import { programTypeName } from './program-types.ts';

/** What the kernel tells of a loaded program in one call (`struct bpf_prog_info`, include/uapi/linux/bpf.h; bpf(2)). */
export interface ProgramFacts {
  readonly id: number;
  /** As bpftool writes it: `tracing`, `lsm`, `xdp`, … */
  readonly type: string;
  /** Cut at 15 bytes by the kernel. */
  readonly name: string;
  /** Hash of the instructions as 16 hex digits; covers neither target nor globals, and is computed differently from 6.18 on. */
  readonly tag: string;
  /** When it was loaded, in nanoseconds since boot (CLOCK_BOOTTIME). */
  readonly loadedAtBootNs: bigint;
  /** Who loaded it. */
  readonly uid: number;
  /** Whether its license lets it call GPL-only helpers; Linux 4.18. */
  readonly gplCompatible: boolean;
  /** Its object's BTF in the kernel; `undefined` where it has none. */
  readonly btfId: number | undefined;
  /** Bytes after translation, and of machine code; `undefined` without CAP_BPF, and where nothing is compiled. */
  readonly translatedSize: number | undefined;
  readonly jitedSize: number | undefined;
  /** Instructions that the verifier went through; `undefined` before Linux 5.16. */
  readonly verifiedInstructionCount: number | undefined;
  /** How often it ran, and for how many nanoseconds, while `kernel.bpf_stats_enabled` was set; `undefined` before Linux 5.1. */
  readonly runCount: bigint | undefined;
  readonly runTimeNs: bigint | undefined;
  /** Runs left out because it was running already; `undefined` before Linux 5.12. */
  readonly recursionMisses: bigint | undefined;
  /** BTF ids of the function it was loaded for; `undefined` before Linux 6.0, or where it has no such. */
  readonly attachBtfObjectId: number | undefined;
  readonly attachBtfId: number | undefined;
}

/** The same, with what takes memory for the kernel to write to. */
export interface ProgramFactsWithMaps extends ProgramFacts {
  /** Ids of the maps that it uses. */
  readonly mapIds: readonly number[];
}

/** All that the kernel tells of a loaded program. */
export interface ProgramInfo extends ProgramFactsWithMaps {
  readonly loadedAt: Date;
  /** Bytes of kernel memory charged for it; `undefined` where /proc does not show it. */
  readonly memoryLocked: number | undefined;
}

/** Offsets in `struct bpf_prog_info`, which only ever grows at its end. */
const at = {
  type: 0,
  id: 4,
  tag: 8,
  jitedSize: 16,
  translatedSize: 20,
  loadTime: 40,
  uid: 48,
  name: 64,
  gplCompatible: 84,
  btfId: 128,
  runTime: 192,
  runCount: 200,
  recursionMisses: 208,
  verifiedInstructions: 216,
  attachBtfObjectId: 220,
  attachBtfId: 224,
} as const;
const nameLength = 16;

/** Reads it by fd. Throws a `CallError` where the kernel does not let it (BPF_OBJ_GET_INFO_BY_FD, Linux 4.13). */
export function programInfo(fd: number): ProgramInfo {
  const facts = programFactsWithMaps(fd);
  const bootMs = Date.now() - uptime() * 1000;
  return {
    ...facts,
    loadedAt: new Date(Math.round(bootMs + Number(facts.loadedAtBootNs) / 1e6)),
    memoryLocked: memoryLocked(fd),
  };
}

/** The part of it that one system call tells. */
export function programFacts(fd: number): ProgramFacts {
  return factsOf(readProgramInfo(fd));
}

/** The same and the maps that it uses; needs no privilege beyond the fd. */
export function programFactsWithMaps(fd: number): ProgramFactsWithMaps {
  const info = readProgramInfoWithMapIds(fd);
  return { ...factsOf(info), mapIds: info.mapIds };
}

function factsOf({ bytes, length }: Info): ProgramFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length); // quicker than Buffer's own, above all for 64 bits
  const u32 = (offset: number): number => view.getUint32(offset, true);
  const u64 = (offset: number): bigint => view.getBigUint64(offset, true);
  const known = <Value>(end: number, value: Value): Value | undefined =>
    length >= end ? value : undefined;
  const hasTarget = length >= at.attachBtfId + 4; // its neighbour came with it, in what was padding before
  return {
    id: u32(at.id),
    type: programTypeName(u32(at.type)),
    name: textAt(bytes, at.name, nameLength),
    tag: bytes.toString('hex', at.tag, at.tag + 8),
    loadedAtBootNs: u64(at.loadTime),
    uid: u32(at.uid),
    gplCompatible: (u32(at.gplCompatible) & 1) === 1,
    btfId: orUndefined(u32(at.btfId)),
    translatedSize: orUndefined(u32(at.translatedSize)),
    jitedSize: orUndefined(u32(at.jitedSize)),
    verifiedInstructionCount: known(at.verifiedInstructions + 4, u32(at.verifiedInstructions)),
    runCount: known(at.runCount + 8, u64(at.runCount)),
    runTimeNs: known(at.runTime + 8, u64(at.runTime)),
    recursionMisses: known(at.recursionMisses + 8, u64(at.recursionMisses)),
    attachBtfObjectId: hasTarget ? orUndefined(u32(at.attachBtfObjectId)) : undefined,
    attachBtfId: hasTarget ? orUndefined(u32(at.attachBtfId)) : undefined,
  };
}

/** Ids and sizes start at 1: 0 stands for none. */
function orUndefined(id: number): number | undefined {
  return id === 0 ? undefined : id;
}

/** Only /proc shows it (bpf_prog_show_fdinfo in kernel/bpf/syscall.c). */
function memoryLocked(fd: number): number | undefined {
  const line = /^memlock:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
  return line === null ? undefined : Number(line[1]);
}
