import { isIP, isIPv6 } from 'node:net';
import path from 'node:path';
import { UsageError } from '../../base/errors.ts';

/** Where the metrics are served. */
export type MetricsAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** `sun_path` of unix(7) has room for so many bytes before its NUL; a longer path would be cut. */
const longestPath = 107;

/**
 * Reads `HOST:PORT`, `[IPV6]:PORT`, `unix:PATH`, or a path that begins with `/`. A host has to be named: who means all
 * addresses of the machine says so. Throws a `UsageError`.
 */
export function parseMetricsAddress(text: string): MetricsAddress {
  if (text.startsWith('unix:')) return socketAt(text, text.slice('unix:'.length));
  if (text.startsWith('/')) return socketAt(text, text);
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text);
  if (match === null) throw notAnAddress(text);
  const [, bracketed, bare = '', port = ''] = match;
  return { kind: 'tcp', host: hostOf(text, bracketed, bare), port: portOf(text, port) };
}

/** As the log and a scrape configuration write it. */
export function metricsUrl(address: MetricsAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  const { host, port } = address;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}/metrics`;
}

function socketAt(text: string, file: string): MetricsAddress {
  if (!path.isAbsolute(file) || file.endsWith('/'))
    throw wrong(text, 'names no socket', 'an absolute path, e.g. unix:/run/fentryctl/metrics.sock');
  const socket = path.normalize(file);
  if (socket.includes('\0') || Buffer.byteLength(socket) > longestPath)
    throw wrong(text, 'has too long a path', `a socket's path has at most ${longestPath} bytes`);
  return { kind: 'unix', path: socket };
}

function hostOf(text: string, bracketed: string | undefined, bare: string): string {
  if (bracketed !== undefined) {
    if (isIPv6(bracketed)) return bracketed;
    throw wrong(text, 'has no IPv6 address in its brackets', 'e.g. [::1]:9435');
  }
  if (bare === '')
    throw wrong(text, 'names no host', '127.0.0.1 for this machine alone, [::] for all addresses');
  if (isIP(bare) === 4 || isHostName(bare)) return bare;
  throw wrong(text, 'has neither an IPv4 address nor a name for its host', 'e.g. 127.0.0.1:9435');
}

/** RFC 1123; its last label is no number, which an address with a part too few or too many would end in. */
function isHostName(host: string): boolean {
  const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
  const labels = host.split('.');
  return labels.every((one) => label.test(one)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

function portOf(text: string, port: string): number {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw wrong(text, 'has no port', 'a number up to 65535; 0 for any that is free');
}

function notAnAddress(text: string): UsageError {
  const isBare = isIPv6(text) || isIPv6(text.slice(0, Math.max(0, text.lastIndexOf(':'))));
  if (isBare) return wrong(text, 'has an IPv6 address without brackets', 'e.g. [::1]:9435');
  return wrong(
    text,
    'is not an address',
    'e.g. 127.0.0.1:9435 or unix:/run/fentryctl/metrics.sock',
  );
}

function wrong(text: string, problem: string, hint: string): UsageError {
  return new UsageError(`"--metrics ${text}" ${problem}`, { hint });
}
