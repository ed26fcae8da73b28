import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What runs as a service of a small Debian with its own systemd: `npm run test:service`. */
export default defineConfig({
  cacheDir: '/tmp/vite',
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['test/service/**/*.test.ts'],
    setupFiles: ['test/e2e/support/leaves-nothing.ts'],
    // One systemd, one set of units.
    fileParallelism: false,
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
