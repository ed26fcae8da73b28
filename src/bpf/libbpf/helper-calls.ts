/** Of an instruction (include/uapi/linux/bpf.h): BPF_LD | BPF_IMM | BPF_DW, which takes two, and BPF_JMP | BPF_CALL. */
const loadWide = 0x18;
const call = 0x85;
const length = 8;

/** BPF_FUNC_get_func_ip (include/uapi/linux/bpf.h, Linux 5.15). */
const getFunctionIp = 173;

/**
 * Whether instructions call `bpf_get_func_ip`. The kernel stores a function's address where one of the programs attached
 * calls it (call_get_func_ip in kernel/bpf/trampoline.c, Linux 5.15), and does not see what they tail-call.
 */
export function asksForAddress(instructions: Buffer): boolean {
  for (let at = 0; at + length <= instructions.length; at += length) {
    const opcode = instructions[at];
    const isHelper = opcode === call && (instructions[at + 1] ?? 0) >> 4 === 0;
    if (isHelper && instructions.readInt32LE(at + 4) === getFunctionIp) return true;
    if (opcode === loadWide) at += length; // its second half is no instruction
  }
  return false;
}
