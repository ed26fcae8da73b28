import type { ObservedLink, ObservedProgram } from '../../state/observed.ts';
import { checkResult } from './errno.ts';
import type { Fd } from './fd.ts';
import { libbpfSymbol } from './symbols.ts';

/** Attach types of `enum bpf_attach_type` (include/uapi/linux/bpf.h). */
export const attachTypeNumbers = { fentry: 24, fexit: 25 } as const;

/** `BPF_PROG_TYPE_TRACING` and `BPF_LINK_TYPE_TRACING`. */
const tracingProgram = 26;
const tracingLink = 2;

/** Sizes and offsets of `struct bpf_prog_info`, which only ever grows at its end. */
const programInfo = {
  size: 232,
  loadTime: 40,
  name: 64,
  runTime: 192,
  runCount: 200,
  attachBtfId: 224,
};
/** Of `struct bpf_link_info`; the tracing part came with Linux 5.13. */
const linkInfo = { size: 48, programId: 8, targetBtfId: 24 };
/** Of `struct bpf_map_info`. */
const mapInfo = { size: 88 };
const nameLength = 16;

export interface MapInfo {
  readonly id: number;
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
}

/** `undefined` when it is not a tracing program. */
export function readProgramInfo(fd: Fd): ObservedProgram | undefined {
  const { info, length } = read(fd, programInfo.size);
  if (info.readUInt32LE(0) !== tracingProgram) return undefined;
  const ifThere = <Value>(end: number, value: Value): Value | undefined =>
    length >= end ? value : undefined;
  return {
    id: info.readUInt32LE(4),
    tag: info.toString('hex', 8, 16),
    kernelName: text(info, programInfo.name),
    attachBtfId: ifThere(programInfo.attachBtfId + 4, info.readUInt32LE(programInfo.attachBtfId)),
    loadedAtBootNs: info.readBigUInt64LE(programInfo.loadTime),
    runCount: ifThere(programInfo.runCount + 8, info.readBigUInt64LE(programInfo.runCount)),
    runTimeNs: ifThere(programInfo.runTime + 8, info.readBigUInt64LE(programInfo.runTime)),
  };
}

/** `undefined` when it is not a tracing link. */
export function readLinkInfo(fd: Fd): ObservedLink | undefined {
  const { info } = read(fd, linkInfo.size);
  if (info.readUInt32LE(0) !== tracingLink) return undefined;
  const targetBtfId = info.readUInt32LE(linkInfo.targetBtfId);
  return {
    id: info.readUInt32LE(4),
    programId: info.readUInt32LE(linkInfo.programId),
    targetBtfId: targetBtfId === 0 ? undefined : targetBtfId, // before 5.13 the kernel leaves it alone
  };
}

export function readMapInfo(fd: Fd): MapInfo {
  const { info } = read(fd, mapInfo.size);
  const [type, id, keySize, valueSize, maxEntries, flags] = [0, 4, 8, 12, 16, 20].map((at) =>
    info.readUInt32LE(at),
  );
  return {
    id: id ?? 0,
    type: type ?? 0,
    keySize: keySize ?? 0,
    valueSize: valueSize ?? 0,
    maxEntries: maxEntries ?? 0,
    flags: flags ?? 0,
  };
}

/** BPF_OBJ_GET_INFO_BY_FD (bpf(2)): the kernel fills what it knows and says how much that is. */
function read(fd: Fd, size: number): { readonly info: Buffer; readonly length: number } {
  const info = Buffer.alloc(size);
  const length: [number] = [size];
  checkResult(
    'bpf_obj_get_info_by_fd',
    libbpfSymbol('bpf_obj_get_info_by_fd')(fd.number, info, length),
  );
  return { info, length: length[0] };
}

function text(info: Buffer, start: number): string {
  const bytes = info.subarray(start, start + nameLength);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? nameLength : end);
}
