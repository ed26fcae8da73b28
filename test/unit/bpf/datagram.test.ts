import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UnsupportedError } from '../../../src/base/errors.ts';
import { CallError } from '../../../src/bpf/libbpf/errno.ts';
import { DatagramSocket, socketAddress } from '../../../src/bpf/libbpf/datagram.ts';
import { DatagramListener, hasPython } from '../../e2e/support/datagrams.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fentryctl-datagram-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

// Only Python can listen here; without it the virtual machine's tests remain.
describe.skipIf(!hasPython())('a datagram arrives (needs python3)', () => {
  test.each([
    ['at a path', () => join(directory, 'notify')],
    ['at an abstract name', () => `@fentryctl-test-${process.pid}`],
    ['at a path of 107 bytes', () => join(directory, 'x').padEnd(107, 'x')],
  ])('%s', async (_, address) => {
    await using listener = await DatagramListener.start(address());
    using socket = new DatagramSocket(listener.address);

    socket.send('READY=1\nSTATUS=größer');
    socket.send('second');

    const received = await listener.until(({ length }) => length === 2);
    expect(received).toEqual(['READY=1\nSTATUS=größer', 'second']);
  });
});

test('nobody there is an error of the call, and no end of the socket', () => {
  using socket = new DatagramSocket(join(directory, 'nobody'));

  expect(() => socket.send('READY=1')).toThrow(new CallError('sendto', 2));
  expect(() => socket.send('READY=1')).toThrow('sendto: ENOENT');
});

test.each([
  ['a path, ended by a zero', '/run/n', [1, 0, 0x2f, 0x72, 0x75, 0x6e, 0x2f, 0x6e, 0]],
  ['an abstract name, begun by one', '@ab', [1, 0, 0, 0x61, 0x62]],
])('%s', (_, address, bytes) => {
  expect([...socketAddress(address)]).toEqual(bytes);
});

test.each(['', '/', '@', 'relative', 'vsock:2:1234', `/${'x'.repeat(107)}`, '/a\0b'])(
  'no address: %j',
  (address) => {
    expect(() => socketAddress(address)).toThrow(UnsupportedError);
  },
);
