import { join } from 'node:path';

/** Where all that is made for the benchmarks is. */
export const build = join(import.meta.dirname, 'build');

export function objectPath(size: number, version: number): string {
  return join(build, `many-${String(size)}-v${String(version)}.bpf.o`);
}
