import { once } from 'node:events';
import { existsSync, lstatSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { linkFiles } from '../e2e/support/kernel.ts';
import {
  cleanUp,
  dropIn,
  fentryctl,
  journal,
  manifest,
  property,
  putInPlace,
  removeUnits,
  systemctl,
  watchUnit,
} from './support/service.ts';

const socketPath = '/run/fentryctl/metrics.sock';

beforeAll(() => {
  putInPlace();
  fentryctl('install');
});
beforeEach(() => {
  manifest.object('counter');
  manifest.programs('count_first: vfs_link');
});
afterEach(cleanUp);
afterAll(removeUnits);

/** The unit's own command line, with metrics at an address. */
function execStart(address: string): string {
  const [, argv = ''] = /argv\[\]=(.*?) ;/.exec(property('ExecStart')) ?? [];
  return `ExecStart=\nExecStart=${argv} --metrics ${address}\n`;
}

async function scrape(where: RequestOptions): Promise<string> {
  const asked = request({ path: '/metrics', agent: false, host: '127.0.0.1', ...where }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]; // ClientRequest 'response'
  return (await answer.setEncoding('utf8').toArray()).join('');
}

test('the drop-in of the README serves metrics on a port, with runs', async () => {
  dropIn(
    watchUnit,
    `[Service]
${execStart('127.0.0.1:9435')}
RestrictAddressFamilies=AF_INET AF_INET6
CapabilityBoundingSet=CAP_SYS_ADMIN
`,
  );
  const started = systemctl('start', watchUnit);

  await scrape({ port: 9435 });
  linkFiles(5);
  const text = await scrape({ port: 9435 });

  expect(started).toMatchObject({ status: 0, stderr: '' });
  expect(text).toMatch(/^fentryctl_program_runs_total\{.*"count_first".*\} 5$/m);
  expect(text).toContain('\nfentryctl_run_statistics_enabled 1\n');
});

test('a port without it is not had, and says why', () => {
  dropIn(watchUnit, `[Service]\n${execStart('127.0.0.1:9435')}`);

  systemctl('start', watchUnit);

  expect(property('ExecMainStatus')).toBe('69');
  expect(property('NRestarts')).toBe('0');
});

test('the drop-in of the README serves them at a socket, which needs nothing else', async () => {
  dropIn(watchUnit, `[Service]\n${execStart(`unix:${socketPath}`)}RuntimeDirectory=fentryctl\n`);
  const started = systemctl('start', watchUnit);

  const text = await scrape({ socketPath });
  const { mode } = lstatSync(socketPath);
  systemctl('stop', watchUnit);

  expect(started).toMatchObject({ status: 0, stderr: '' });
  expect(text).toMatch(/^fentryctl_program_attached\{.*"count_first".*\} 1$/m);
  expect(text).toContain('\nfentryctl_run_statistics_enabled 0\n');
  expect(text).not.toContain('\nfentryctl_program_runs_total{');
  expect(mode & 0o777).toBe(0o660);
  expect(existsSync(socketPath)).toBe(false);
  expect(journal().map(({ MESSAGE }) => MESSAGE)).toContainEqual(
    expect.stringMatching(/^the kernel does not count runs {2}why="bpf_enable_stats: EPERM"$/),
  );
});
