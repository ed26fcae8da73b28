/** Where a 64-bit ELF header and its section headers have what is read here (elf(5)). */
const headerLength = 64;
const sectionLength = 64;
const noBits = 8;

interface Section {
  readonly nameOffset: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

/** Whether the bytes claim to be an ELF file. */
export function isElf(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32BE(0) === 0x7f454c46;
}

/**
 * The bytes of a section of a little-endian 64-bit ELF file; `undefined` if it has none of that name, or is damaged
 * where that is looked up. No offset in the file is followed without a check.
 */
export function elfSection(bytes: Buffer, name: string): Buffer | undefined {
  const isReadable = bytes.length >= headerLength && bytes[4] === 2 && bytes[5] === 1;
  if (!isReadable) return undefined;
  const table = Number(bytes.readBigUInt64LE(40));
  const count = bytes.readUInt16LE(60);
  if (table + count * sectionLength > bytes.length) return undefined;
  const sections = Array.from({ length: count }, (_, index) =>
    readSection(bytes, table + index * sectionLength),
  );
  const names = sections[bytes.readUInt16LE(62)];
  if (names === undefined) return undefined;
  const wanted = Buffer.from(`${name}\0`);
  const found = sections.find(({ nameOffset, type }) => {
    const at = names.offset + nameOffset;
    return type !== noBits && wanted.equals(bytes.subarray(at, at + wanted.length));
  });
  return found === undefined ? undefined : bytes.subarray(found.offset, found.offset + found.size);
}

function readSection(bytes: Buffer, at: number): Section {
  return {
    nameOffset: bytes.readUInt32LE(at),
    type: bytes.readUInt32LE(at + 4),
    offset: Number(bytes.readBigUInt64LE(at + 24)),
    size: Number(bytes.readBigUInt64LE(at + 32)),
  };
}
