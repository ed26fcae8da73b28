/** ELF's numbers for the machines that people build for by mistake. */
const machines: Readonly<Record<number, string>> = {
  0: 'no machine',
  3: 'x86',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC64',
  22: 's390',
  40: 'ARM',
  62: 'x86-64',
  183: 'arm64',
  243: 'RISC-V',
  258: 'LoongArch',
};

/** What people call the machine of an ELF file's `e_machine`. */
export function machineName(machine: number): string {
  return machines[machine] ?? `ELF machine ${machine}`;
}
