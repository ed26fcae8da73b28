/**
 * Offsets in libbpf's `struct bpf_prog_load_opts` (bpf/bpf.h of 1.0; later versions only add members at its end).
 * Built and read as bytes, because it points to other memory that has to be copied.
 */
export const loadOptions = {
  size: 104,
  expectedAttachType: 12,
  programBtfFd: 16,
  flags: 20,
  attachBtfId: 32,
  attachProgramFd: 36,
  attachBtfObjectFd: 40,
  functionInfo: 56,
  functionInfoCount: 64,
  functionInfoRecord: 68,
  lineInfo: 72,
  lineInfoCount: 80,
  lineInfoRecord: 84,
  logLevel: 88,
  logSize: 92,
  log: 96,
} as const;

/** `struct bpf_func_info` or `bpf_line_info`: which instruction belongs to which function or source line. */
export interface InfoRecords {
  readonly bytes: Buffer;
  readonly count: number;
  /** Bytes of one. */
  readonly recordSize: number;
}

/** A program whose relocations are done: ready for the kernel, for any target. */
export interface LinkedProgram {
  readonly name: string;
  readonly instructions: Buffer;
  readonly flags: number;
  /** The object's BTF in the kernel; belongs to the object. -1 where there is none. */
  readonly btfFd: number;
  readonly functionInfo: InfoRecords;
  readonly lineInfo: InfoRecords;
}
