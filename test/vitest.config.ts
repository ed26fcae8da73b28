import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What commands compile is not kept on the machine that tests them; in a virtual one it is. */
const nothingKept = { FENTRYCTL_CACHE: 'off' };

/** What runs on the host: nothing here needs a kernel of its own, except `vm`, which boots some to see
 * them fail, and `reboot`, which boots one twice: `npm run test:service` runs that, and `npm test` leaves it out. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..'),
    projects: [
      project('unit', 60_000),
      project('property', 120_000),
      project('contract', 30_000, { FENTRYCTL_KERNEL: 'memory' }),
      project('vm', 120_000),
      project('package', 120_000),
      project('reboot', 300_000),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      reportsDirectory: 'coverage',
      thresholds: {
        'src/state/**': { lines: 90 },
        'src/plan/**': { lines: 90 },
        'src/base/**': { lines: 90 },
        'src/manifest/**': { lines: 90 },
      },
    },
  },
});

function project(name: string, testTimeout: number, env: Record<string, string> = {}) {
  return {
    extends: true as const,
    test: {
      name,
      env: { ...nothingKept, ...env },
      testTimeout,
      hookTimeout: testTimeout,
      include: [`test/${name}/**/*.test.ts`],
    },
  };
}
