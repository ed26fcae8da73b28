import { readFileSync } from 'node:fs';
import { addressOf, madvise, prctl } from './libc.ts';

/** madvise(2) */
const dontFork = 10;
const doFork = 11;

/** seccomp(2), prctl(2); the offsets are those of `struct seccomp_data`. */
const noNewPrivileges = 38;
const setSeccomp = 22;
const filterMode = 2;
const answerZero = 0x00050000; // SECCOMP_RET_ERRNO with errno 0
const allow = 0x7fff0000;
const at = { number: 0, thirdArgument: 32 };
const numberOfMadvise = process.arch === 'arm64' ? 233 : 28;

/**
 * Lets fork(2) copy this process. V8 keeps its heap from being copied (MADV_DONTFORK), which makes starting programs
 * cheap: what it has is given back, and from now on the kernel ignores that advice.
 */
export function makeForkable(): void {
  ignoreDontFork();
  const maps = readFileSync('/proc/self/maps', 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) ...p/gm);
  for (const [, start = '', end = ''] of maps) {
    const address = BigInt(`0x${start}`);
    madvise(address, BigInt(`0x${end}`) - address, doFork); // refused for the kernel's own pages
  }
}

function ignoreDontFork(): void {
  const instructions = [
    instruction(0x20, 0, 0, at.number), // load
    instruction(0x15, 0, 3, numberOfMadvise), // jump if equal
    instruction(0x20, 0, 0, at.thirdArgument),
    instruction(0x15, 0, 1, dontFork),
    instruction(0x06, 0, 0, answerZero), // return
    instruction(0x06, 0, 0, allow),
  ];
  const filter = Buffer.concat(instructions);
  const program = Buffer.alloc(16);
  program.writeUInt16LE(instructions.length, 0);
  program.writeBigUInt64LE(addressOf(filter), 8);
  if (prctl(noNewPrivileges, 1, null, 0, 0) !== 0) throw new Error('prctl: no new privileges');
  if (prctl(setSeccomp, filterMode, program, 0, 0) !== 0) throw new Error('prctl: no seccomp');
}

/** `struct sock_filter` (linux/filter.h). */
function instruction(code: number, yes: number, no: number, operand: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(yes, 2);
  bytes.writeUInt8(no, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
