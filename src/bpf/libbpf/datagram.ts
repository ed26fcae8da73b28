import koffi from 'koffi';
import { UnsupportedError } from '../../base/errors.ts';
import { CallError } from './errno.ts';
import { Fd } from './fd.ts';
import { libcSymbol } from './symbols.ts';

const unix = 1; // AF_UNIX (sys/socket.h)
const datagram = 2; // SOCK_DGRAM
const closeOnExec = 0o2000000; // SOCK_CLOEXEC (asm-generic/fcntl.h, O_CLOEXEC)
const noSignal = 0x4000; // MSG_NOSIGNAL
/** `sizeof(sun_path)` (sys/un.h). */
const longestPath = 108;

/** Sends datagrams to a socket of this machine (unix(7)), which Node cannot. */
export class DatagramSocket implements Disposable {
  readonly #address: Uint8Array;
  readonly #fd: Fd;

  /**
   * `address` is an absolute path, or `@` and the name of an abstract socket. Whether somebody listens there is seen when
   * something is sent. Throws an `UnsupportedError` for any other address.
   */
  constructor(address: string) {
    this.#address = socketAddress(address);
    const fd = libcSymbol('socket')(unix, datagram | closeOnExec, 0);
    if (fd < 0) throw new CallError('socket', koffi.errno());
    this.#fd = new Fd(fd);
  }

  /** One datagram; waits while the queue there is full. Throws a `CallError` when it cannot be delivered. */
  send(text: string): void {
    const bytes = Buffer.from(text);
    const [address, fd] = [this.#address, this.#fd.number];
    const sent = libcSymbol('sendto')(fd, bytes, bytes.length, noSignal, address, address.length);
    if (sent < 0) throw new CallError('sendto', koffi.errno());
  }

  [Symbol.dispose](): void {
    this.#fd[Symbol.dispose]();
  }
}

/** `struct sockaddr_un`, as long as its path: in an abstract name, which begins with a zero, further zeros would count. */
export function socketAddress(address: string): Uint8Array {
  const path = Buffer.from(address);
  if (!/^[/@]./s.test(address) || path.length >= longestPath || path.includes(0))
    throw new UnsupportedError(`"${address}" is no address of a socket of this machine`, {
      hint: 'an absolute path, or "@" and a name, of less than 108 bytes',
    });
  if (address.startsWith('@')) path[0] = 0;
  const bytes = Buffer.alloc(2 + path.length + (address.startsWith('@') ? 0 : 1));
  new Uint16Array(bytes.buffer, bytes.byteOffset, 1)[0] = unix; // in the machine's byte order
  path.copy(bytes, 2);
  return bytes;
}
