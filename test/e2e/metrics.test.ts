import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { collect, fentryctl, main, run, startFentryctl } from './support/fentryctl.ts';
import {
  clean,
  countNoRuns,
  linkFiles,
  pins,
  root,
  tracingLinks,
  until,
} from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

beforeAll(countNoRuns);
afterEach(clean);

interface Answered {
  readonly status: number | undefined;
  readonly text: string;
}

async function get(path: string, where: RequestOptions): Promise<Answered> {
  const asked = request({ path, agent: false, host: '127.0.0.1', ...where }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]; // ClientRequest 'response'
  return {
    status: answer.statusCode,
    text: (await answer.setEncoding('utf8').toArray()).join(''),
  };
}

/** The value of a metric whose labels have all these in them; `undefined` where there is none. */
function valueOf(text: string, name: string, ...labels: readonly string[]): number | undefined {
  const line = text
    .split('\n')
    .find((one) => one.startsWith(name) && labels.every((label) => one.includes(label)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

async function ended(watcher: ReturnType<typeof startFentryctl>): Promise<unknown> {
  watcher.kill('SIGTERM');
  const [status] = (await once(watcher, 'exit')) as readonly unknown[]; // ChildProcess 'exit': code, signal
  return status;
}

test('on a port: runs, failures by cause, repairs, and health', async () => {
  using work = workspace('measured');
  work.object('counter');
  work.programs('count_first: vfs_link', 'count_return: { target: vfs_link, replace: overlap }');
  const watcher = startFentryctl('watch', work.manifest, '--metrics', '127.0.0.1:0');
  const log = collect(watcher);
  await until('the first convergence', () => log().includes('converged'));
  const port = Number(
    /serving metrics +address=http:\/\/127\.0\.0\.1:(\d+)\/metrics/.exec(log())?.[1],
  );
  const metrics = async (): Promise<string> => (await get('/metrics', { port })).text;

  const before = await metrics(); // from now on runs are counted
  linkFiles(20);
  const after = await metrics();
  const healthy = await get('/healthz', { port });

  for (const program of ['program="count_first"', 'program="count_return"']) {
    expect(valueOf(after, 'fentryctl_program_attached', program, 'target="vfs_link"')).toBe(1);
    expect(valueOf(before, 'fentryctl_program_runs_total', program)).toBe(0);
    expect(valueOf(after, 'fentryctl_program_runs_total', program)).toBe(20);
    expect(valueOf(after, 'fentryctl_program_run_seconds_total', program)).toBeGreaterThan(0);
    expect(valueOf(after, 'fentryctl_program_recursion_misses_total', program)).toBe(0);
  }
  expect(valueOf(after, 'fentryctl_run_statistics_enabled')).toBe(1);
  expect(valueOf(after, 'fentryctl_scrape_success')).toBe(1);
  expect(valueOf(after, 'fentryctl_convergences_total', '"changed"')).toBe(1);
  expect(healthy).toEqual({ status: 200, text: 'ok\n' });

  // what others remove is repaired, and counted
  run('rm', [join(root, 'measured/attachments/it/count_first/vfs_link/fentry/link')]);
  await until('the repair', () => (log().match(/ converged /g)?.length ?? 0) === 2);
  expect(valueOf(await metrics(), 'fentryctl_drift_repaired_total', '"measured"')).toBe(1);

  // a wrong edit is no success, and what runs goes on
  work.write('version: 1\nobjects: {}\nwrong: 1\n');
  await until('the complaint', () => log().includes('waiting for a change'));
  const failed = await metrics();
  const unhealthy = await get('/healthz', { port });

  expect(valueOf(failed, 'fentryctl_convergence_failures_total', '"invalid"')).toBe(1);
  expect(valueOf(failed, 'fentryctl_in_step', '"measured"')).toBe(0);
  expect(valueOf(failed, 'fentryctl_program_attached', '"count_first"')).toBe(1);
  expect(unhealthy.status).toBe(503);
  expect(unhealthy.text).toMatch(/^measured: failed \(exit status 65\): .*\n$/);

  const other = fentryctl('watch', work.manifest, '--metrics', `127.0.0.1:${port}`);
  expect(other.status).toBe(69);
  expect(other.stderr).toContain('it is in use');
  expect(await ended(watcher)).toBe(0);
  expect(tracingLinks()).toHaveLength(2);
});

test('at a socket, without CAP_SYS_ADMIN: all but what takes it, and a line that says so', async () => {
  using work = workspace('unprivileged');
  work.object('counter');
  work.programs('count_return: { target: vfs_link, replace: overlap }');
  const socketPath = join(work.directory, 'metrics.sock');
  const argv = ['--bounding-set=-sys_admin', process.execPath, main, 'watch', work.manifest];
  const watcher = spawn('setpriv', [...argv, '--metrics', `unix:${socketPath}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = collect(watcher);
  await until('the first convergence', () => log().includes('converged'));

  await get('/metrics', { socketPath });
  const { text } = await get('/metrics', { socketPath });
  const { mode } = lstatSync(socketPath);
  const status = await ended(watcher);

  expect(valueOf(text, 'fentryctl_program_attached', '"count_return"')).toBe(1);
  expect(valueOf(text, 'fentryctl_program_recursion_misses_total', '"count_return"')).toBe(0);
  expect(valueOf(text, 'fentryctl_program_runs_total')).toBeUndefined();
  expect(valueOf(text, 'fentryctl_run_statistics_enabled')).toBe(0);
  expect(valueOf(text, 'fentryctl_scrape_success')).toBe(1);
  expect(
    log().match(/the kernel does not count runs +why="bpf_enable_stats: EPERM"/g),
  ).toHaveLength(1);
  expect(mode & 0o777).toBe(0o660);
  expect(status).toBe(0);
  expect(existsSync(socketPath)).toBe(false);
  expect(pins().length).toBeGreaterThan(0);
});
