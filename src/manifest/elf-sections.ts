export type SectionSearch = { readonly found: boolean } | { readonly damage: string };

interface Section {
  readonly nameOffset: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

const headerSize = 64;
/** A section without bytes in the file, such as .bss. */
const noBits = 8;
const inFirstSection = 0xffff;

/**
 * Whether a 64-bit ELF file has a section of that name with bytes in it. The ELF header must be whole;
 * every offset in it is checked before it is followed.
 */
export function findSection(bytes: Uint8Array, name: string): SectionSearch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[5] === 1;
  const table = Number(view.getBigUint64(40, isLittle));
  if (view.getUint16(58, isLittle) !== headerSize)
    return { damage: 'its section headers have an odd size' };
  if (table === 0 || table + headerSize > bytes.length)
    return { damage: 'it ends before its section headers' };
  const first = readHeader(view, table, isLittle);
  // More than 65,279 sections: their number is in the first one's size, the index of the names in its link.
  const count = view.getUint16(60, isLittle) || first.size;
  if (table + count * headerSize > bytes.length)
    return { damage: 'it ends within its section headers' };
  const sections = Array.from({ length: count }, (_, index) =>
    readHeader(view, table + index * headerSize, isLittle),
  );
  const names = view.getUint16(62, isLittle);
  const nameTable = sections[names === inFirstSection ? first.link : names];
  return findNamed(bytes, sections, nameTable, name);
}

function readHeader(view: DataView, at: number, isLittle: boolean): Section {
  return {
    nameOffset: view.getUint32(at, isLittle),
    type: view.getUint32(at + 4, isLittle),
    offset: Number(view.getBigUint64(at + 24, isLittle)),
    size: Number(view.getBigUint64(at + 32, isLittle)),
    link: view.getUint32(at + 40, isLittle),
  };
}

function findNamed(
  bytes: Uint8Array,
  sections: readonly Section[],
  nameTable: Section | undefined,
  name: string,
): SectionSearch {
  if (sections.some((section) => !isWithin(bytes, section))) {
    return { damage: 'it ends within a section' };
  }
  if (nameTable === undefined || nameTable.type === noBits) {
    return { damage: 'its sections have no names' };
  }
  const wanted = Buffer.from(`${name}\0`);
  const found = sections.some(({ type, size, nameOffset }) => {
    const at = nameTable.offset + nameOffset;
    return type !== noBits && size > 0 && wanted.equals(bytes.subarray(at, at + wanted.length));
  });
  return { found };
}

function isWithin(bytes: Uint8Array, { type, offset, size }: Section): boolean {
  return type === noBits || type === 0 || offset + size <= bytes.length;
}
