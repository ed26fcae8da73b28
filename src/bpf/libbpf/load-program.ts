import { writeAddress } from './address.ts';
import { promised } from './promised.ts';
import { CallError } from './errno.ts';
import { Fd } from './fd.ts';
import type { LinkedProgram } from './load-options.ts';
import { loadOptions } from './load-options.ts';
import { libbpfSymbol } from './symbols.ts';

/** What a program is loaded for. */
export interface LoadFor {
  /** `enum bpf_prog_type` and `enum bpf_attach_type`. */
  readonly programType: number;
  readonly attachType: number;
  readonly gplCompatible: boolean;
  /** Added to those of the program: `BPF_F_SLEEPABLE`. */
  readonly flags: number;
  /** The function, in the BTF of vmlinux, or in that of the module or program whose fd is given. */
  readonly attachBtfId: number;
  readonly attachBtfObjectFd: number;
  readonly attachProgramFd: number;
  /** 0 for a log only when the load fails; 1, 2 and 4 as in the kernel's `BPF_LOG_…`. */
  readonly logLevel: number;
}

/** A loaded program, and what the verifier wrote if it was asked. */
export interface LoadResult {
  readonly fd: Fd;
  readonly log: string;
}

const call = 'bpf_prog_load';
const instructionLength = 8;
const firstLog = 2 ** 16;
const largestLog = 2 ** 24;
/** BPF_LOG_STATS (Linux 5.2): besides what is wrong, the log has some counts only. */
const statistics = 4;

/** BPF_PROG_LOAD (bpf(2)). Throws a `CallError` whose `log` is the verifier's, whole. Blocks while the kernel verifies. */
export function loadProgram(program: LinkedProgram, loadFor: LoadFor): LoadResult {
  let attempt = firstAttempt(program, loadFor);
  for (;;) {
    const result = libbpfSymbol(call)(...attempt.args);
    const next = judge(attempt, result);
    if (!('options' in next)) return next;
    attempt = next;
  }
}

/** The same on a thread of the pool: the event loop goes on while the kernel verifies. */
export async function loadProgramAsync(
  program: LinkedProgram,
  loadFor: LoadFor,
): Promise<LoadResult> {
  let attempt = firstAttempt(program, loadFor);
  for (;;) {
    const result = await callAsync(attempt); // oxlint-disable-line eslint/no-await-in-loop -- each try depends on the one before
    const next = judge(attempt, result);
    if (!('options' in next)) return next;
    attempt = next;
  }
}

interface Attempt {
  readonly args: readonly [number, string, string, Buffer, number, Buffer];
  readonly options: Buffer;
  readonly log: Buffer;
  /** Whether the caller asked for a log. */
  readonly isLogWanted: boolean;
  /** What the options point to must live as long as they do. */
  readonly keep: readonly Buffer[];
}

async function callAsync({ args }: Attempt): Promise<number> {
  return await promised<number>((done) => libbpfSymbol(call).async(...args, done));
}

/**
 * Another try with a log, or with a longer one; else the program, or a `CallError`. Where none is long enough, what
 * is wrong is had without the steps to it; a log that was asked for fails with ENOSPC, whether or not the program is fine.
 */
function judge(attempt: Attempt, result: number): LoadResult | Attempt {
  const { log } = attempt;
  if (result >= 0) return { fd: new Fd(result), log: textOf(log) };
  const error = new CallError(call, -result, { log: textOf(log) });
  if (log.length === 0) return withLog(attempt, 1, firstLog);
  if (error.errnoName !== 'ENOSPC') throw error;
  const level = attempt.options.readUInt32LE(loadOptions.logLevel);
  if (log.length < largestLog) return withLog(attempt, level, log.length * 4);
  if (attempt.isLogWanted) throw error;
  return withLog({ ...attempt, isLogWanted: true }, statistics, firstLog);
}

function firstAttempt(program: LinkedProgram, loadFor: LoadFor): Attempt {
  const { functionInfo, lineInfo, instructions } = program;
  const options = Buffer.alloc(loadOptions.size);
  options.writeBigUInt64LE(BigInt(loadOptions.size), 0);
  options.writeUInt32LE(loadFor.attachType, loadOptions.expectedAttachType);
  options.writeUInt32LE(program.flags | loadFor.flags, loadOptions.flags);
  options.writeUInt32LE(loadFor.attachBtfId, loadOptions.attachBtfId);
  options.writeUInt32LE(loadFor.attachProgramFd, loadOptions.attachProgramFd);
  options.writeUInt32LE(loadFor.attachBtfObjectFd, loadOptions.attachBtfObjectFd);
  options.writeUInt32LE(Math.max(program.btfFd, 0), loadOptions.programBtfFd);
  writeRecords(options, loadOptions.functionInfo, functionInfo);
  writeRecords(options, loadOptions.lineInfo, lineInfo);
  const license = loadFor.gplCompatible ? 'GPL' : 'Proprietary';
  const count = instructions.length / instructionLength;
  const attempt: Attempt = {
    args: [loadFor.programType, program.name, license, instructions, count, options],
    options,
    log: Buffer.alloc(0),
    isLogWanted: loadFor.logLevel !== 0,
    keep: [functionInfo.bytes, lineInfo.bytes],
  };
  return loadFor.logLevel === 0 ? attempt : withLog(attempt, loadFor.logLevel, firstLog);
}

function writeRecords(options: Buffer, at: number, records: LinkedProgram['functionInfo']): void {
  writeAddress(options, at, records.bytes);
  options.writeUInt32LE(records.count, at + 8);
  options.writeUInt32LE(records.recordSize, at + 12);
}

/** `struct bpf_line_info` and `bpf_func_info` are only read by the kernel; the log is written while the call runs. */
function withLog(attempt: Attempt, level: number, size: number): Attempt {
  const log = Buffer.alloc(size);
  const { options } = attempt;
  options.writeUInt32LE(level, loadOptions.logLevel);
  options.writeUInt32LE(size, loadOptions.logSize);
  writeAddress(options, loadOptions.log, log);
  return { ...attempt, log, keep: [...attempt.keep, log] };
}

function textOf(log: Buffer): string {
  const end = log.indexOf(0);
  return log.toString('utf8', 0, end === -1 ? log.length : end).trimEnd();
}
