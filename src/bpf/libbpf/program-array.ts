import { checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { deleteElement, lookUpElement, updateElement, updateFlags } from './map-calls.ts';
import { libbpfSymbol } from './symbols.ts';

/** BPF_MAP_TYPE_PROG_ARRAY (include/uapi/linux/bpf.h). */
export const programArray = 3;
const bytes = 4; // of a key and of a value
const onlySlot = Buffer.alloc(bytes);

/** A map with room for one program (BPF_MAP_TYPE_PROG_ARRAY, Linux 4.2). It is emptied once no fd and no pin holds it. */
export function createProgramArray(name: string): Fd {
  const result = libbpfSymbol('bpf_map_create')(programArray, name, bytes, bytes, 1, null);
  return new Fd(checkResult('bpf_map_create', result));
}

/** Puts a program in, in place of the one that is there: every call runs either the one or the other. */
export function putProgram(array: Fd, programFd: number): void {
  const value = Buffer.alloc(bytes);
  value.writeUInt32LE(programFd);
  updateElement(array.number, onlySlot, value, updateFlags.any);
}

/** Takes the program out; false when there was none. */
export function dropProgram(array: Fd): boolean {
  return deleteElement(array.number, onlySlot);
}

/** The id of the program that is in; `undefined` when there is none (Linux 4.16). */
export function programIn(array: Fd): number | undefined {
  const value = Buffer.alloc(bytes);
  return lookUpElement(array.number, onlySlot, value) ? value.readUInt32LE() : undefined;
}
