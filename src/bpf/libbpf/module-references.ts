/** Of an instruction (include/uapi/linux/bpf.h): BPF_LD | BPF_IMM | BPF_DW, which takes two, and BPF_JMP | BPF_CALL. */
const loadWide = 0x18;
const call = 0x85;
/** What its source register says that it loads or calls. */
const btfVariable = 3; // BPF_PSEUDO_BTF_ID
const kernelFunction = 2; // BPF_PSEUDO_KFUNC_CALL
const length = 8;

/**
 * Whether relocated instructions name a variable or function of a kernel module. They do it through an fd of the module's
 * BTF (the second half of a wide load; by a place in `fd_array` for a call), which libbpf closes at the end of
 * `bpf_object__load`: loaded later, the number would be another thing's.
 */
export function refersToModule(instructions: Buffer): boolean {
  for (let at = 0; at + length <= instructions.length; at += length) {
    const opcode = instructions[at];
    const source = (instructions[at + 1] ?? 0) >> 4;
    if (opcode === call && source === kernelFunction && instructions.readInt16LE(at + 2) !== 0) {
      return true;
    }
    if (opcode !== loadWide || at + 2 * length > instructions.length) continue;
    if (source === btfVariable && instructions.readInt32LE(at + length + 4) !== 0) return true;
    at += length; // its second half is no instruction
  }
  return false;
}
