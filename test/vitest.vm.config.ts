import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What runs inside the virtual machine: one emulated processor, a few times ten slower than the host's. */
export default defineConfig({
  cacheDir: '/tmp/vite',
  resolve: { alias: { fentryctl: join(import.meta.dirname, '../dist/bpf/index.js') } },
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['contract', 'library', 'e2e', 'faults'].map((name) => `test/${name}/**/*.test.ts`),
    env: { FENTRYCTL_KERNEL: 'real' },
    setupFiles: ['test/e2e/support/leaves-nothing.ts'],
    // Pins, links and the counters of programs are the kernel's, so tests of two files would see each other's.
    fileParallelism: false,
    server: { deps: { external: [/\/dist\//] } }, // read as Node reads it
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
