import { endianness } from 'node:os';

export interface ElfSection {
  readonly name: string;
  readonly bytes?: Uint8Array;
}

/** What to write otherwise than in a proper BPF object for this host. */
export interface ElfOddities {
  readonly machine?: number;
  readonly type?: number;
  readonly bits?: 32 | 64;
  readonly isLittle?: boolean;
}

const hostIsLittle = endianness() === 'LE';

/** The smallest ELF file with these sections: header, contents, names, section headers. */
export function elfFile(sections: readonly ElfSection[], odd: ElfOddities = {}): Uint8Array {
  const isLittle = odd.isLittle ?? hostIsLittle;
  const all = [{ name: '' }, ...sections, { name: '.shstrtab' }] as readonly ElfSection[];
  const names = Buffer.from(`${all.map(({ name }) => name).join('\0')}\0`);
  const contents = all.map(({ name, bytes }) =>
    name === '.shstrtab' ? names : (bytes ?? Buffer.alloc(0)),
  );
  const table = 64 + contents.reduce((sum, { length }) => sum + length, 0);
  const file = Buffer.concat([Buffer.alloc(64), ...contents, Buffer.alloc(64 * all.length)]);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, odd.bits === 32 ? 1 : 2, isLittle ? 1 : 2, 1]);
  view.setUint16(16, odd.type ?? 1, isLittle);
  view.setUint16(18, odd.machine ?? 247, isLittle);
  view.setBigUint64(40, BigInt(table), isLittle);
  view.setUint16(58, 64, isLittle);
  view.setUint16(60, all.length, isLittle);
  view.setUint16(62, all.length - 1, isLittle);
  let offset = 64;
  let nameOffset = 0;
  all.forEach(({ name }, index) => {
    const size = contents[index]?.length ?? 0;
    const at = table + 64 * index;
    view.setUint32(at, nameOffset, isLittle);
    view.setUint32(at + 4, index === 0 ? 0 : 1, isLittle);
    view.setBigUint64(at + 24, BigInt(offset), isLittle);
    view.setBigUint64(at + 32, BigInt(size), isLittle);
    offset += size;
    nameOffset += name.length + 1;
  });
  return file;
}

/** A BPF object as far as anyone looks before libbpf does. */
export function bpfObject(odd: ElfOddities = {}): Uint8Array {
  return elfFile([{ name: '.BTF', bytes: Buffer.from('types') }], odd);
}
