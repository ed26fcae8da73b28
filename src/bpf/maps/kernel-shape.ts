import type { MapShape } from '../../state/map-shape.ts';
import type { FileMap } from '../libbpf/object-file.ts';
import { possibleCpus } from '../libbpf/map-calls.ts';
import { mapTypeName } from '../map-types.ts';

/** Flags of BPF_MAP_CREATE (include/uapi/linux/bpf.h). */
const ownLru = 0x2; // BPF_F_NO_COMMON_LRU
const readOnlyForPrograms = 0x80; // BPF_F_RDONLY_PROG

/** What an object file says of a map. */
type Definition = Pick<FileMap, 'type' | 'keySize' | 'valueSize' | 'maxEntries' | 'flags'>;

/**
 * The shape that the kernel will report of a map once it is made, which is not always the one asked for:
 *
 * - an LRU map with a list for each processor gets a multiple of their number (`htab_map_alloc` in kernel/bpf/hashtab.c);
 * - a device map may not be written by programs, and says so (`dev_map_init_map` in kernel/bpf/devmap.c);
 * - libbpf gives a perf event array without a size an entry for each processor (`map_set_def_max_entries`), and has
 *   rounded the size of a ring buffer already when it is read from the object.
 */
export function shapeInKernel(map: Definition): MapShape {
  const { keySize, valueSize } = map;
  const type = mapTypeName(map.type);
  return { type, keySize, valueSize, maxEntries: entriesOf(type, map), flags: flagsOf(type, map) };
}

function entriesOf(type: string, { maxEntries, flags }: Definition): number {
  if (type === 'perf_event_array' && maxEntries === 0) return possibleCpus();
  if (!type.startsWith('lru_') || (flags & ownLru) === 0) return maxEntries;
  return Math.ceil(maxEntries / possibleCpus()) * possibleCpus();
}

function flagsOf(type: string, { flags }: Definition): number {
  return type === 'devmap' || type === 'devmap_hash' ? flags | readOnlyForPrograms : flags;
}
