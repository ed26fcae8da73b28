import { AppError } from '../../base/errors.ts';
import { openProgramById } from '../libbpf/by-id.ts';
import type { ProgramFactsWithMaps } from './program-info.ts';
import { programFactsWithMaps } from './program-info.ts';

/** What the kernel tells of a program, of whatever type; `undefined` where it is gone, or without CAP_SYS_ADMIN. */
export function factsById(id: number): ProgramFactsWithMaps | undefined {
  try {
    using program = openProgramById(id);
    return programFactsWithMaps(program.number);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
