import { endianness } from 'node:os';
import type { Problem } from '../base/diagnostic.ts';
import { machineName } from './elf-machines.ts';
import { findSection } from './elf-sections.ts';

const build = 'build it with clang -target bpf -g -O2 -c';
const bpf = 247;
const relocatable = 1;

/**
 * What keeps these bytes from being an object file for this host's eBPF, if anything. libbpf fails
 * on such files without a reason (one in five malformed ones), and libbpf 1.1 crashes on some.
 */
export function checkElf(bytes: Uint8Array): Problem | undefined {
  const header = checkHeader(bytes);
  if (header !== undefined) return header;
  const btf = findSection(bytes, '.BTF');
  if ('damage' in btf) return damaged(btf.damage);
  if (btf.found) return undefined;
  const message = 'the object file has no BTF: it lacks the section .BTF';
  return { code: 'no-btf', message, hint: 'build it with -g' };
}

function checkHeader(bytes: Uint8Array): Problem | undefined {
  if (bytes.length === 0) return notElf('the object file is empty');
  if (!isElf(bytes)) return notElf('not an ELF object file');
  if (bytes.length < 64) return damaged('it ends within the ELF header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[4] !== 2) return notBpf('the object file is for a 32-bit machine, not for BPF');
  const isLittle = bytes[5] === 1;
  const machine = view.getUint16(18, isLittle);
  if (machine !== bpf) return notBpf(`the object file is for ${machineName(machine)}, not for BPF`);
  if (isLittle !== (endianness() === 'LE')) return wrongEndianness(isLittle);
  if (view.getUint16(16, isLittle) === relocatable) return undefined;
  return notBpf('the object file is linked, not relocatable');
}

function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

function notElf(message: string): Problem {
  return { code: 'not-elf', message, hint: build };
}

function notBpf(message: string): Problem {
  return { code: 'not-bpf', message, hint: build };
}

function wrongEndianness(isLittle: boolean): Problem {
  const [its, ours] = isLittle ? ['little', 'big'] : ['big', 'little'];
  const message = `the object file is for ${its}-endian machines, and this one is ${ours}-endian`;
  const hint = `build it with clang -target ${isLittle ? 'bpfeb' : 'bpfel'}`;
  return { code: 'wrong-endianness', message, hint };
}

function damaged(how: string): Problem {
  const message = `the object file is damaged: ${how}`;
  return { code: 'damaged-elf', message, hint: 'build or copy it again' };
}
