import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { fentryctl } from './support/fentryctl.ts';
import { bpftool, clean, pins, root, tracingLinks, unlinkFile } from './support/kernel.ts';

afterEach(clean);

/** Copies, which are root's: the checkout may be anybody's. */
const examples = mkdtempSync('/tmp/examples-');
cpSync(join(import.meta.dirname, '../../examples'), examples, { recursive: true });
afterAll(() => rmSync(examples, { recursive: true }));

interface Element {
  readonly formatted: { readonly value: number };
}

const cases: readonly [
  name: string,
  map: string,
  links: number,
  use: () => void | Promise<void>,
][] = [
  ['file-opens', 'opens/counts', 1, openFile],
  ['unlink-latency', 'unlink/latency', 2, unlinkFile],
  ['tcp-connects', 'tcp/destinations', 1, connectToOurselves],
  ['many-targets', 'vfs/calls', 8, openFile],
];

test.for(cases)(
  '%s counts what happens, and goes without a trace',
  async ([name, map, links, use]) => {
    const pin = join(root, name, 'maps', map);

    const applied = fentryctl('apply', join(examples, name, `${name}.yaml`));
    const attached = tracingLinks().length;
    await use();
    const counted = sumOf(pin);
    const destroyed = fentryctl('destroy', '--yes', name);

    expect(applied).toMatchObject({ status: 0, stderr: '' });
    expect(attached).toBe(links);
    expect(counted).toBeGreaterThan(0);
    expect(destroyed).toMatchObject({ status: 0, stderr: '' });
    expect(pins()).toEqual([]);
  },
);

function sumOf(pin: string): number {
  const elements = bpftool<readonly Element[]>('map', 'dump', 'pinned', pin);
  return elements.reduce((sum, element) => sum + element.formatted.value, 0);
}

function openFile(): void {
  readFileSync('/proc/version');
}

async function connectToOurselves(): Promise<void> {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  await once(connect(address.port, '127.0.0.1').resume(), 'close');
  server.close();
}
