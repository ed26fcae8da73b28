import type { LinkedProgram } from '../libbpf/load-options.ts';

const none = { bytes: Buffer.alloc(0), count: 0, recordSize: 0 };

/** A program of instructions in hex digits, without BTF. */
export function encodedProgram(name: string, instructions: readonly string[]): LinkedProgram {
  const bytes = Buffer.from(instructions.join(''), 'hex');
  return { name, instructions: bytes, flags: 0, btfFd: -1, functionInfo: none, lineInfo: none };
}
