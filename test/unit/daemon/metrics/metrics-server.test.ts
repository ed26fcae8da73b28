import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, renameSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError, ExitStatus } from '../../../../src/base/errors.ts';
import { parseMetricsAddress } from '../../../../src/daemon/metrics/address.ts';
import { MetricsServer } from '../../../../src/daemon/metrics/metrics-server.ts';
import { Directory } from '../directory.ts';

let directory: Directory;
let bugs: unknown[];
beforeEach(() => {
  directory = new Directory();
  bugs = [];
});
afterEach(() => directory.remove());

async function start(
  address: string,
  metrics: () => Promise<string> = () => Promise.resolve('figures'),
): Promise<MetricsServer> {
  return await MetricsServer.start(parseMetricsAddress(address), {
    health: () => ({ isHealthy: true, line: 'ok' }),
    metrics: async () => ({ type: 'text/plain', text: await metrics() }),
    onBug: (error) => bugs.push(error),
  });
}

/** Where it is reached. */
function reached({ address }: MetricsServer): RequestOptions & { readonly path?: string } {
  if (address.kind === 'unix') return { socketPath: address.path };
  return { host: address.host, port: address.port };
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

async function ask(
  server: MetricsServer,
  path: string,
  options: RequestOptions = {},
): Promise<Answered> {
  const asked = request({ ...reached(server), path, agent: false, ...options });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]; // ClientRequest 'response'
  const text = (await answer.setEncoding('utf8').toArray()).join('');
  return { status: answer.statusCode, headers: answer.headers, text };
}

async function errorOf(starting: Promise<MetricsServer>): Promise<AppError> {
  const error: unknown = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw new Error(`no such error: ${String(error)}`);
}

async function listening(server: Server, where: string): Promise<void> {
  server.listen(where);
  await once(server, 'listening');
}

describe.each(['127.0.0.1:0', '[::1]:0', 'localhost:0', 'unix'])('at %s', (where) => {
  const address = (): string => (where === 'unix' ? directory.file('socket') : where);

  test('it answers, and ends the connection', async () => {
    await using server = await start(address());

    const { status, headers, text } = await ask(server, '/metrics');

    expect({ status, text }).toEqual({ status: 200, text: 'figures' });
    expect(headers).toMatchObject({ connection: 'close', 'content-length': '7' });
  });

  test('HEAD has the length and no body', async () => {
    await using server = await start(address());

    const { status, headers, text } = await ask(server, '/metrics', { method: 'HEAD' });

    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers['content-length']).toBe('7');
  });
});

test('port 0 is one that is free, and told', async () => {
  await using server = await start('127.0.0.1:0');

  expect(server.address).toMatchObject({ kind: 'tcp', host: '127.0.0.1' });
  expect(server.address.kind === 'tcp' && server.address.port).toBeGreaterThan(0);
});

test('an answer that cannot be made is 500, and told', async () => {
  const bug = new Error('a bug');
  await using server = await start('127.0.0.1:0', () => Promise.reject(bug));

  expect((await ask(server, '/metrics')).status).toBe(500);
  expect(bugs).toEqual([bug]);
});

test('headers that are too long are refused', async () => {
  await using server = await start('127.0.0.1:0');

  const { status } = await ask(server, '/', { headers: { long: 'x'.repeat(9000) } });

  expect(status).toBe(431);
});

test('what is no HTTP is refused', async () => {
  await using server = await start(directory.file('socket'));
  const socket = connect(directory.file('socket'));
  socket.end('what is this\r\n\r\n');

  expect((await socket.setEncoding('utf8').toArray()).join('')).toMatch(/^HTTP\/1.1 400 /);
  expect((await ask(server, '/healthz')).status).toBe(200);
});

test('a client that is connected, and one that waits, do not delay its end', async () => {
  let asked = (): void => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await start(directory.file('socket'), async () => {
    asked();
    return await new Promise<string>(() => {});
  });
  const idle = connect(directory.file('socket'));
  const waiting = ask(server, '/metrics').catch(() => 'cut');
  await Promise.all([once(idle, 'connect'), isAsked]);
  idle.resume();

  await Promise.all([server[Symbol.asyncDispose](), once(idle, 'close')]);

  expect(await waiting).toBe('cut');
});

test('more clients than there may be are turned away', async () => {
  await using server = await start(directory.file('socket'));
  const sockets: Socket[] = [];
  try {
    for (let count = 0; count < 32; count += 1) {
      const socket = connect(directory.file('socket'));
      sockets.push(socket.on('error', () => undefined));
      await once(socket, 'connect'); // oxlint-disable-line eslint/no-await-in-loop -- the last of them is the one too many
    }
    const last = connect(directory.file('socket'));
    sockets.push(last.on('error', () => undefined).resume());
    await once(last, 'close');
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  expect(server.address.kind).toBe('unix');
});

describe('a socket', () => {
  test('is open to its owner and group alone, and gone at the end', async () => {
    const server = await start(directory.file('socket'));
    const { mode } = lstatSync(directory.file('socket'));
    await server[Symbol.asyncDispose]();

    expect(mode & 0o777).toBe(0o660);
    expect(existsSync(directory.file('socket'))).toBe(false);
  });

  test.each([0o022, 0o077, 0])('is so whatever the umask is, which stays: %o', async (mask) => {
    const before = process.umask(mask);
    try {
      await using server = await start(directory.file('socket'));

      expect(lstatSync(directory.file('socket')).mode & 0o777).toBe(0o660);
      expect(process.umask(mask)).toBe(mask);
      expect(server.address.kind).toBe('unix');
    } finally {
      process.umask(before);
    }
  });

  test('that nobody listens on is replaced', async () => {
    const other = createServer();
    const [old, where] = [directory.file('old'), directory.file('socket')];
    await listening(other, old);
    renameSync(old, where); // so that its end does not remove it
    other.close();
    await once(other, 'close');

    await using server = await start(where);

    expect((await ask(server, '/healthz')).text).toBe('ok\n');
  });

  test('that somebody listens on is an error', async () => {
    await using first = await start(directory.file('socket'));

    const error = await errorOf(start(directory.file('socket')));

    expect(error.exitStatus).toBe(ExitStatus.unsupported);
    expect(error.message).toBe(
      `cannot serve metrics at "unix:${directory.file('socket')}": it is in use`,
    );
    expect((await ask(first, '/healthz')).status).toBe(200);
  });

  test.each(['a file', 'a directory', 'a symlink'])('%s in its place stays', async (what) => {
    const where = directory.file('socket');
    if (what === 'a file') directory.write('socket', 'precious');
    if (what === 'a directory') directory.write('socket/file', 'precious');
    if (what === 'a symlink') symlinkSync('nowhere', where);
    const before = lstatSync(where).ino;

    const error = await errorOf(start(where));

    expect(error.exitStatus).toBe(ExitStatus.refused);
    expect(error.message).toContain('something else than a socket is there');
    expect(lstatSync(where).ino).toBe(before);
  });

  test('needs its directory', async () => {
    const error = await errorOf(start(directory.file('none/socket')));

    expect(error.exitStatus).toBe(ExitStatus.unsupported);
    expect(error.message).toMatch(/\(ENOENT\)$/);
    expect(error.hint).toContain('RuntimeDirectory=fentryctl');
  });

  test.skipIf(process.geteuid?.() === 0)(
    'needs a directory that is writable (not root)',
    async () => {
      chmodSync(directory.path, 0o500);
      const error = await errorOf(start(directory.file('socket')));
      chmodSync(directory.path, 0o700);

      expect(error.exitStatus).toBe(ExitStatus.noPrivilege);
    },
  );
});

describe('an address that cannot be had', () => {
  test('is in use', async () => {
    await using first = await start('127.0.0.1:0');
    const port = first.address.kind === 'tcp' ? first.address.port : 0;

    const error = await errorOf(start(`127.0.0.1:${port}`));

    expect(error.exitStatus).toBe(ExitStatus.unsupported);
    expect(error.message).toBe(
      `cannot serve metrics at "http://127.0.0.1:${port}/metrics": it is in use`,
    );
  });

  test('is no address of this machine', async () => {
    const error = await errorOf(start('192.0.2.1:0')); // TEST-NET-1, RFC 5737

    expect(error.exitStatus).toBe(ExitStatus.unsupported);
    expect(error.message).toMatch(/\(EADDRNOTAVAIL\)$/);
  });

  test('has no such host', async () => {
    const error = await errorOf(start('nowhere.invalid:9435')); // RFC 6761

    expect(error.exitStatus).toBe(ExitStatus.unsupported);
    expect(error.hint).toContain('127.0.0.1');
  });
});
