import { existsSync, lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { ListenOptions, Server } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import type { AppError } from '../../base/errors.ts';
import { PrivilegeError, RefusedError, UnsupportedError } from '../../base/errors.ts';
import type { MetricsAddress } from './address.ts';
import { metricsUrl } from './address.ts';

/** What makes a socket's mode 0660, whatever the umask is: to connect is to write (unix(7)), and 022 would keep its group out. */
const socketMask = 0o117;

/**
 * Has a server listen; returns where, with the port that the kernel chose for port 0. A socket that nobody listens on any
 * more is replaced; any other thing at its path stays, and is an error.
 */
export async function listen(server: Server, address: MetricsAddress): Promise<MetricsAddress> {
  try {
    await bind(server, address);
  } catch (error) {
    if (address.kind === 'tcp' || codeOf(error) !== 'EADDRINUSE') throw explain(address, error);
    await removeStale(address.path);
    await bind(server, address).catch((again: unknown) => {
      throw explain(address, again);
    });
  }
  const bound = server.address();
  if (address.kind === 'unix' || bound === null || typeof bound === 'string') return address;
  return { ...address, port: bound.port };
}

async function bind(server: Server, address: MetricsAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    listenMasked(server, optionsOf(address), () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** A socket is made with the mode that it keeps, before this returns: nobody connects to it with another. */
function listenMasked(server: Server, options: ListenOptions, onListening: () => void): void {
  const before = process.umask(socketMask);
  try {
    server.listen(options, onListening);
  } finally {
    process.umask(before);
  }
}

function optionsOf(address: MetricsAddress): ListenOptions {
  if (address.kind === 'unix') return { path: address.path };
  return { host: address.host, port: address.port };
}

/** Throws unless it is a socket that refuses whoever connects, and still is the one that did. */
async function removeStale(file: string): Promise<void> {
  const before = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (before === undefined) return;
  if (!before.isSocket()) {
    throw new RefusedError(
      `cannot serve metrics at "${file}": something else than a socket is there`,
      {
        hint: 'name another path, or remove what is there',
      },
    );
  }
  if (await isAnswered(file)) throw inUse(`unix:${file}`);
  const now = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (now?.ino === before.ino && now.dev === before.dev) unlinkSync(file);
}

/** Only ECONNREFUSED says that nobody listens (unix(7)): one that is full, or not ours to connect to, is in use. */
async function isAnswered(file: string): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'));
  });
}

const hints: Readonly<Record<string, string>> = {
  ENOENT: 'make the directory first; of a unit, "RuntimeDirectory=fentryctl" does',
  ENOTFOUND: 'name an address, e.g. 127.0.0.1',
  EAI_AGAIN: 'name an address, e.g. 127.0.0.1',
  EADDRNOTAVAIL: 'name one that this machine has',
  EAFNOSUPPORT: 'a unit has AF_UNIX alone unless a drop-in adds to RestrictAddressFamilies',
  EACCES: 'ports below 1024 take CAP_NET_BIND_SERVICE, and sockets a directory that is writable',
  EPERM: 'ports below 1024 take CAP_NET_BIND_SERVICE, and sockets a directory that is writable',
};

function explain(address: MetricsAddress, error: unknown): AppError {
  const code = reasonOf(address, codeOf(error) ?? '');
  if (code === 'EADDRINUSE') return inUse(metricsUrl(address), error);
  const context = { hint: hints[code], cause: error };
  const reason = code === '' ? String(error) : code;
  const message = `cannot serve metrics at "${metricsUrl(address)}" (${reason})`;
  const isForbidden = code === 'EACCES' || code === 'EPERM';
  return isForbidden
    ? new PrivilegeError(message, context)
    : new UnsupportedError(message, context);
}

/** libuv says EACCES for ENOENT, as Windows does (uv_pipe_bind2 in src/unix/pipe.c). */
function reasonOf(address: MetricsAddress, code: string): string {
  const isPath = address.kind === 'unix' && code === 'EACCES';
  return isPath && !existsSync(path.dirname(address.path)) ? 'ENOENT' : code;
}

function inUse(url: string, cause?: unknown): UnsupportedError {
  return new UnsupportedError(`cannot serve metrics at "${url}": it is in use`, {
    hint: 'another process listens there, perhaps another watch: name another address',
    cause,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
