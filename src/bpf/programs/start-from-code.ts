import type { LinkedProgram } from '../libbpf/load-options.ts';
import type { ProgramStart } from './program-start.ts';

/** A program of instructions that we encoded ourselves, which belong to no object. They call nothing that takes the GPL. */
export function startFromCode(linked: LinkedProgram): ProgramStart {
  const code = {
    linked,
    gplCompatible: false,
    sleepable: false,
    logLevel: 0,
    isOpen: () => true,
    hold: () => ({ [Symbol.dispose]: () => undefined }), // no object to keep
  };
  return { name: linked.name, code };
}
