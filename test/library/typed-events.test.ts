import { beforeAll, expect, test } from 'vitest';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import { objectFile, renameFiles } from './support/kernel.ts';

// A ring buffer of an object, its records as the object's BTF has them.

beforeAll(() => {
  openRing()[Symbol.dispose](); // libbpf's probes of the kernel must not count in a test
});
useFdCount();

test('records are plain values', async () => {
  using ebpf = openRing();
  ebpf.map('orders').set(0, 2n); // two records for each call
  const ring = ebpf.ringBuffer('events', { type: 'event' });

  renameFiles(1);

  expect((await ring.next()).value).toMatchObject({ sequence: 0n, twice: 0n });
  expect((await ring.next()).value).toMatchObject({ sequence: 1n, twice: 2n });
});

test('it is closed with its object: who waits gets the end', async () => {
  const ebpf = openRing();
  const next = ebpf.ringBuffer('events', { type: 'event' }).next();

  ebpf[Symbol.dispose]();

  expect(await next).toEqual({ done: true, value: undefined });
});

test.each([
  ['an unknown type', 'events', 'evnt', 'UnknownType'],
  ['an unknown map', 'evnts', 'event', 'UnknownMap'],
  ['no ring buffer', 'orders', 'event', 'MapFailed'],
])('%s', (_, name, type, code) => {
  using ebpf = openRing();

  expect(errorOf(() => ebpf.ringBuffer(name, { type }))).toMatchObject({ code });
});

test('a struct that the compiler left out: how to keep it', () => {
  using ebpf = openRing();

  expect(errorOf(() => ebpf.ringBuffer('events', { type: 'connection' }))).toMatchObject({
    code: 'UnknownType',
    hint: expect.stringContaining('struct connection *unused') as unknown,
  });
});

function openRing(): Ebpf {
  const ebpf = Ebpf.loadFile(objectFile('ring'));
  const program = ebpf.program('produce').asFEntry();
  program.load('vfs_rename');
  program.attach();
  return ebpf;
}
