import { join } from 'node:path';

/**
 * How the faults are run inside the virtual machine. A child of fork(2) has one thread: no collection of garbage may
 * start there that would wait for V8's others, so there is room enough for what a run needs.
 */
export const faultsCommand: readonly string[] = [
  process.execPath,
  '--single-threaded',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--initial-old-space-size=1500',
  '--import',
  'tsx',
  join(import.meta.dirname, 'main.ts'),
];
