import koffi from 'koffi';

/** A copy of memory that libbpf owns. */
export function copyMemory(pointer: bigint, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.from(new Uint8Array(koffi.view(pointer, length)));
}

/** Memory that libbpf owns, to be read or written in place while libbpf keeps it. */
export function viewMemory(pointer: bigint, length: number): Buffer {
  return Buffer.from(koffi.view(pointer, length));
}

/** Writes where a buffer's bytes lie into a struct; whoever passes the struct on keeps the buffer alive meanwhile. */
export function writeAddress(struct: Buffer, offset: number, buffer: Uint8Array): void {
  struct.writeBigUInt64LE(buffer.length === 0 ? 0n : koffi.address(buffer), offset);
}
