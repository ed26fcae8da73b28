import { writeAddress } from './address.ts';
import { checkResult } from './errno.ts';
import { libbpfSymbol } from './symbols.ts';

/** What BPF_OBJ_GET_INFO_BY_FD (bpf(2)) wrote, and how much of it this kernel knows: the structs only ever grow at their end. */
export interface Info {
  readonly bytes: Buffer;
  readonly length: number;
}

/** Sizes of the newest `struct bpf_prog_info`, `bpf_link_info`, `bpf_map_info` and `bpf_btf_info` that we read. */
const sizes = { program: 232, link: 48, map: 88, btf: 32 } as const;

/** Offsets of the members that take a pointer to memory of ours. */
const mapIds = { count: 52, address: 56 } as const;
const functions = { size: 132, address: 136, count: 144 } as const;
const btf = { data: 0, size: 8, id: 12, name: 16, nameLength: 24 } as const;
const longestName = 64;
/** `struct bpf_func_info`: an offset, and a type. */
const functionRecord = { size: 8, type: 4 } as const;
/** MAX_USED_MAPS (include/linux/bpf_verifier.h): no program uses more. */
const mostMaps = 64;

export function readProgramInfo(fd: number): Info {
  return read(fd, Buffer.alloc(sizes.program));
}

export function readLinkInfo(fd: number): Info {
  return read(fd, Buffer.alloc(sizes.link));
}

export function readMapInfo(fd: number): Info {
  return read(fd, Buffer.alloc(sizes.map));
}

/** What asks for the ids of maps, made once: where they are written to stays where it is. */
interface Asking {
  readonly ids: Buffer;
  readonly request: Buffer;
}

let asking: Asking | undefined;

function askForMapIds(): Asking {
  const ids = Buffer.alloc(mostMaps * 4); // too long for V8 to keep it among its own objects, which move
  const request = Buffer.alloc(sizes.program);
  request.writeUInt32LE(mostMaps, mapIds.count);
  writeAddress(request, mapIds.address, ids);
  return { ids, request };
}

/** The same and the ids of the maps that it uses, in one call. */
export function readProgramInfoWithMapIds(fd: number): Info & { readonly mapIds: number[] } {
  const { ids, request } = (asking ??= askForMapIds());
  const info = read(fd, Buffer.from(request));
  const length = Math.min(info.bytes.readUInt32LE(mapIds.count), mostMaps);
  return { ...info, mapIds: Array.from({ length }, (_, index) => ids.readUInt32LE(index * 4)) };
}

/**
 * The types of a program's functions in the BTF of its object, which may have others too; the first is the program itself. None where it
 * has no BTF, or we lack CAP_BPF. The size of a record must be the kernel's, or it refuses (kernel/bpf/syscall.c, set_info_rec_size).
 */
export function readFunctionTypes(fd: number, most?: number): readonly number[] {
  const room = most ?? 1;
  const records = Buffer.alloc(functionRecord.size * room);
  const bytes = Buffer.alloc(sizes.program);
  bytes.writeUInt32LE(functionRecord.size, functions.size);
  bytes.writeUInt32LE(room, functions.count);
  writeAddress(bytes, functions.address, records);
  const count = read(fd, bytes).bytes.readUInt32LE(functions.count);
  if (most === undefined && count > room) return readFunctionTypes(fd, count);
  return Array.from({ length: Math.min(count, room) }, (_, index) =>
    records.readUInt32LE(index * functionRecord.size + functionRecord.type),
  );
}

/** A kernel's BTF by fd: its name (`vmlinux`, a module's, or empty for a program's) and, if asked for, its data. */
export function readBtfName(fd: number): string {
  const name = Buffer.alloc(longestName);
  const bytes = Buffer.alloc(sizes.btf);
  writeAddress(bytes, btf.name, name);
  bytes.writeUInt32LE(longestName, btf.nameLength);
  read(fd, bytes);
  return textAt(name, 0, longestName);
}

/** The id of the BTF behind an fd. */
export function readBtfId(fd: number): number {
  return read(fd, Buffer.alloc(sizes.btf)).bytes.readUInt32LE(btf.id);
}

/** The BTF behind an fd, as the kernel has it. */
export function readBtfData(fd: number): Buffer {
  const size = read(fd, Buffer.alloc(sizes.btf)).bytes.readUInt32LE(btf.size);
  const data = Buffer.alloc(size);
  const bytes = Buffer.alloc(sizes.btf);
  writeAddress(bytes, btf.data, data);
  bytes.writeUInt32LE(size, btf.size);
  read(fd, bytes);
  return data;
}

/** Text that ends with a NUL, or after so many bytes. */
export function textAt(bytes: Buffer, start: number, longest: number): string {
  const end = bytes.indexOf(0, start);
  const last = start + longest;
  return bytes.toString('utf8', start, end === -1 ? last : Math.min(end, last));
}

function read(fd: number, bytes: Buffer): Info {
  const length: [number] = [bytes.length];
  const call = 'bpf_obj_get_info_by_fd';
  checkResult(call, libbpfSymbol(call)(fd, bytes, length));
  return { bytes, length: length[0] };
}
