import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultDeadlines, defaultMachine, runInVm } from '../vm/run-in-vm.ts';
import type { Outcome } from './step.ts';
import { noTests, oneFailure, sum, totalsOf } from './totals.ts';

const vitest = ['node_modules/vitest/vitest.mjs', 'run'];

/** One of the checks in package.json: no tests, but when it fails, so does the run. */
export async function check(script: string, signal: AbortSignal): Promise<Outcome> {
  const succeeded = await succeeds('npm', ['run', '-s', script], signal);
  return succeeded
    ? { totals: noTests, remark: '' }
    : { totals: oneFailure, remark: `npm run ${script} fails` };
}

/** Projects of test/vitest.config.ts, with coverage. */
export async function hostSuites(
  projects: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  return await withReport(async (report) => {
    const chosen = projects.flatMap((name) => ['--project', name]);
    const argv = [
      ...vitest,
      '-c',
      'test/vitest.config.ts',
      '--coverage',
      ...chosen,
      ...reporters(report),
    ];
    const succeeded = await succeeds(process.execPath, argv, signal);
    return { totals: totalsOf(contentOf(report), succeeded), remark: succeeded ? '' : 'see above' };
  });
}

/** Files of the end-to-end tests, which take most of the time. */
const endToEnd = readdirSync('test/e2e')
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/e2e/${name}`)
  .toSorted();

interface Machine {
  readonly config: string;
  readonly filters: readonly string[];
  /** Whether its own systemd boots it. */
  readonly systemd: boolean;
}

/** What is served of metrics is tested in test/e2e; under the units too by `npm run test:service`. */
const underSystemd: Machine = {
  config: 'test/vitest.service.config.ts',
  filters: ['watch', 'install', 'deb', 'soak'].map((name) => `test/service/${name}`),
  systemd: true,
};

/** Booting one takes some seconds; a part that is too long leaves the other processor idle in the end. */
const parts = 5;

/** What runs in a virtual machine of its own: the longest first. */
const machines: readonly Machine[] = [
  ['test/contract/', 'test/library/'],
  ...Array.from({ length: parts }, (_, first) => every(parts, first)),
  ['test/faults/'],
].map((filters) => ({ config: 'test/vitest.vm.config.ts', filters, systemd: false }));

/** Files of the end-to-end tests: one of so many, from this one on. */
function every(step: number, first: number): readonly string[] {
  return endToEnd.filter((_, index) => index % step === first);
}

/** Most machines have two processors, and each guest uses one. */
const atOnce = 2;

/**
 * All of test/vitest.vm.config.ts, and of test/service if there is a tree to boot, inside virtual machines; the reports
 * come back through shared directories.
 */
export async function vmSuites(signal: AbortSignal, hasTree: boolean): Promise<Outcome> {
  const waiting = hasTree ? [underSystemd, ...machines] : [...machines];
  const outcomes: Outcome[] = [];
  const takeAll = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      outcomes.push(await vmSuite(next, signal)); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
  };
  await Promise.all(Array.from({ length: atOnce }, takeAll));
  return {
    totals: sum(outcomes.map(({ totals }) => totals)),
    remark: outcomes
      .map(({ remark }) => remark)
      .filter((remark) => remark !== '')
      .join('\n'),
  };
}

/** Its output comes as a whole when it ends, so that it does not mix with that of the other machine. */
async function vmSuite(
  { config, filters, systemd }: Machine,
  signal: AbortSignal,
): Promise<Outcome> {
  return await withReport(async (report, directory) => {
    const options = {
      argv: [process.execPath, ...vitest, '-c', config, ...reporters(report), ...filters],
      directory: process.cwd(),
      environment: { FENTRYCTL_KERNEL: 'real', NO_COLOR: '1', ...(isCi() ? { CI: 'true' } : {}) },
      shares: [directory],
      systemd,
      kernel: undefined,
      acceleration: undefined,
      machine: defaultMachine,
      deadlines: { ...defaultDeadlines, total: 2_400_000 },
    };
    const output: Uint8Array[] = [];
    const keep = (bytes: Uint8Array): void => void output.push(bytes);
    const result = await runInVm(options, { onNote: print, onOutput: keep }, signal);
    process.stdout.write(Buffer.concat(output));
    const succeeded = result.kind === 'exited' && result.status === 0;
    const remark = result.kind === 'failed' ? `${result.message}\n${result.console}` : '';
    return { totals: totalsOf(contentOf(report), succeeded), remark };
  });
}

export function isCi(): boolean {
  return !['', 'false', '0'].includes(process.env['CI'] ?? '');
}

async function succeeds(
  program: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ['ignore', 'inherit', 'inherit'], signal });
    child.once('error', reject);
    child.once('exit', (status) => resolve(status === 0));
  });
}

// A directory of its own for each report: one that is left from before is never mistaken for today's.
async function withReport(
  use: (report: string, directory: string) => Promise<Outcome>,
): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'fentryctl-report-'));
  try {
    return await use(join(directory, 'report.json'), directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function reporters(report: string): readonly string[] {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
}

function contentOf(report: string): string | undefined {
  return existsSync(report) ? readFileSync(report, 'utf8') : undefined;
}

function print(text: string): void {
  process.stdout.write(`vm: ${text}\n`);
}
