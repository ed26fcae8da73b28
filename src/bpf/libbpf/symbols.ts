import koffi from 'koffi';
import type { KoffiFunc } from 'koffi';
import { UnsupportedError } from '../../base/errors.ts';
import { libbpf, libc } from './library.ts';
import { witnessed } from './witnessed.ts';

declare const brand: unique symbol;
type Pointer<Name extends string> = bigint & { readonly [brand]: Name };

/** `struct bpf_object *`; belongs to `ObjectFile`, which closes it. */
export type ObjectPointer = Pointer<'bpf_object'>;
/** `struct bpf_program *`; lives as long as its object. */
export type ProgramPointer = Pointer<'bpf_program'>;
/** `struct bpf_map *`; lives as long as its object. */
export type MapPointer = Pointer<'bpf_map'>;
/** `struct btf *`; lives as long as its object. */
export type BtfPointer = Pointer<'btf'>;
/** `struct ring_buffer *`; belongs to `RingReader`, which frees it. */
export type RingBufferPointer = Pointer<'ring_buffer'>;

/** The part of `struct bpf_object_open_opts` that we set. */
interface OpenOptions {
  readonly sz: number;
  readonly object_name: string;
  readonly relaxed_maps: boolean;
  readonly pin_root_path: string | null;
  readonly stub: number;
  readonly kconfig: string | null;
  readonly btf_custom_path: string | null;
}

/** `struct libbpf_prog_handler_opts`. */
interface HandlerOptions {
  readonly sz: number;
  readonly cookie: number;
  readonly prog_setup_fn: null;
  readonly prog_prepare_load_fn: bigint;
  readonly prog_attach_fn: null;
}

/** libbpf's functions (bpf/libbpf.h, bpf/bpf.h, bpf/btf.h of 1.0 and later), as TypeScript sees them. */
interface LibbpfSymbols {
  libbpf_set_print(callback: bigint): bigint;
  libbpf_version_string(): string;
  bpf_object__open_mem(bytes: Uint8Array, size: number, options: OpenOptions): ObjectPointer | null;
  bpf_object__load(object: ObjectPointer): number;
  bpf_object__close(object: ObjectPointer): void;
  bpf_object__btf(object: ObjectPointer): BtfPointer | null;
  bpf_object__next_program(
    object: ObjectPointer,
    previous: ProgramPointer | null,
  ): ProgramPointer | null;
  bpf_object__next_map(object: ObjectPointer, previous: MapPointer | null): MapPointer | null;
  libbpf_register_prog_handler(
    section: string,
    type: number,
    attachType: number,
    options: HandlerOptions,
  ): number;
  bpf_program__name(program: ProgramPointer): string;
  bpf_program__section_name(program: ProgramPointer): string;
  bpf_program__insn_cnt(program: ProgramPointer): number | bigint;
  bpf_program__set_autoload(program: ProgramPointer, autoload: boolean): number;
  bpf_program__insns(program: ProgramPointer): bigint;
  bpf_program__set_insns(program: ProgramPointer, instructions: Uint8Array, count: number): number;
  bpf_program__unload(program: ProgramPointer): void;
  bpf_program__fd(program: ProgramPointer): number;
  bpf_map__name(map: MapPointer): string;
  bpf_map__type(map: MapPointer): number;
  bpf_map__key_size(map: MapPointer): number;
  bpf_map__value_size(map: MapPointer): number;
  bpf_map__max_entries(map: MapPointer): number;
  bpf_map__map_flags(map: MapPointer): number;
  bpf_map__map_extra(map: MapPointer): number | bigint;
  bpf_map__btf_key_type_id(map: MapPointer): number;
  bpf_map__btf_value_type_id(map: MapPointer): number;
  bpf_map__is_internal(map: MapPointer): boolean;
  bpf_map__set_pin_path(map: MapPointer, path: string | null): number;
  bpf_map__set_max_entries(map: MapPointer, count: number): number;
  bpf_map__reuse_fd(map: MapPointer, fd: number): number;
  bpf_map__initial_value(map: MapPointer, size: [number | bigint]): bigint | null;
  bpf_map__fd(map: MapPointer): number;
  btf__raw_data(btf: BtfPointer, size: [number]): bigint | null;
  bpf_map_create(
    ...args: readonly [
      type: number,
      name: string,
      keySize: number,
      valueSize: number,
      maxEntries: number,
      options: null,
    ]
  ): number;
  bpf_map_lookup_elem(fd: number, key: Uint8Array, value: Uint8Array): number;
  bpf_map_update_elem(fd: number, key: Uint8Array, value: Uint8Array, flags: number): number;
  bpf_map_delete_elem(fd: number, key: Uint8Array): number;
  bpf_map_get_next_key(fd: number, key: Uint8Array | null, next: Uint8Array): number;
  bpf_map_lookup_batch(
    ...args: readonly [
      fd: number,
      from: Uint8Array | null,
      next: Uint8Array,
      keys: Uint8Array,
      values: Uint8Array,
      count: Uint32Array,
      options: null,
    ]
  ): number;
  libbpf_num_possible_cpus(): number;
  ring_buffer__new(
    fd: number,
    callback: bigint,
    context: null,
    options: null,
  ): RingBufferPointer | null;
  ring_buffer__epoll_fd(ring: RingBufferPointer): number;
  ring_buffer__consume(ring: RingBufferPointer): number;
  ring_buffer__free(ring: RingBufferPointer): void;
  bpf_obj_get(path: string): number;
  bpf_obj_pin(fd: number, path: string): number;
  bpf_obj_get_info_by_fd(fd: number, info: Uint8Array, length: [number]): number;
  bpf_prog_load: KoffiFunc<
    (
      ...args: readonly [
        type: number,
        name: string,
        license: string,
        instructions: Uint8Array,
        count: number,
        options: Uint8Array,
      ]
    ) => number
  >;
  bpf_link_create: KoffiFunc<
    (programFd: number, targetFd: number, attachType: number, options: Uint8Array | null) => number
  >;
  bpf_prog_test_run_opts(fd: number, options: null): number;
  bpf_enable_stats(type: number): number;
  bpf_prog_get_next_id(start: number, next: [number]): number;
  bpf_link_get_next_id(start: number, next: [number]): number;
  bpf_btf_get_next_id(start: number, next: [number]): number;
  bpf_prog_get_fd_by_id(id: number): number;
  bpf_link_get_fd_by_id(id: number): number;
  bpf_btf_get_fd_by_id(id: number): number;
  bpf_map_get_fd_by_id(id: number): number;
}

/** glibc's functions, see their man pages in sections 2 and 3. */
interface LibcSymbols {
  vasprintf(out: [string | null], format: bigint, list: bigint): number;
  flock(fd: number, operation: number): number;
  memcpy(to: Uint8Array, from: bigint, length: number): bigint;
  socket(domain: number, type: number, protocol: number): number;
  sendto(
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ): number;
}

const openOptions = 'struct bpf_object_open_opts';

const libbpfPrototypes: Readonly<Record<keyof LibbpfSymbols, string>> = {
  libbpf_set_print: 'void *libbpf_set_print(void *callback)',
  libbpf_version_string: 'const char *libbpf_version_string(void)',
  bpf_object__open_mem: `void *bpf_object__open_mem(const void *bytes, size_t size, const bpf_object_open_opts *opts)`,
  bpf_object__load: 'int bpf_object__load(void *object)',
  bpf_object__close: 'void bpf_object__close(void *object)',
  bpf_object__btf: 'void *bpf_object__btf(void *object)',
  bpf_object__next_program: 'void *bpf_object__next_program(void *object, void *previous)',
  bpf_object__next_map: 'void *bpf_object__next_map(void *object, void *previous)',
  libbpf_register_prog_handler:
    'int libbpf_register_prog_handler(const char *section, int type, int attach_type, const libbpf_prog_handler_opts *opts)',
  bpf_program__name: 'const char *bpf_program__name(void *program)',
  bpf_program__section_name: 'const char *bpf_program__section_name(void *program)',
  bpf_program__insn_cnt: 'size_t bpf_program__insn_cnt(void *program)',
  bpf_program__set_autoload: 'int bpf_program__set_autoload(void *program, bool autoload)',
  bpf_program__insns: 'void *bpf_program__insns(void *program)',
  bpf_program__set_insns:
    'int bpf_program__set_insns(void *program, const void *insns, size_t count)',
  bpf_program__unload: 'void bpf_program__unload(void *program)',
  bpf_program__fd: 'int bpf_program__fd(void *program)',
  bpf_map__name: 'const char *bpf_map__name(void *map)',
  bpf_map__type: 'int bpf_map__type(void *map)',
  bpf_map__key_size: 'uint32_t bpf_map__key_size(void *map)',
  bpf_map__value_size: 'uint32_t bpf_map__value_size(void *map)',
  bpf_map__max_entries: 'uint32_t bpf_map__max_entries(void *map)',
  bpf_map__map_flags: 'uint32_t bpf_map__map_flags(void *map)',
  bpf_map__map_extra: 'uint64_t bpf_map__map_extra(void *map)',
  bpf_map__btf_key_type_id: 'uint32_t bpf_map__btf_key_type_id(void *map)',
  bpf_map__btf_value_type_id: 'uint32_t bpf_map__btf_value_type_id(void *map)',
  bpf_map__is_internal: 'bool bpf_map__is_internal(void *map)',
  bpf_map__set_pin_path: 'int bpf_map__set_pin_path(void *map, const char *path)',
  bpf_map__set_max_entries: 'int bpf_map__set_max_entries(void *map, uint32_t count)',
  bpf_map__reuse_fd: 'int bpf_map__reuse_fd(void *map, int fd)',
  bpf_map__initial_value: 'void *bpf_map__initial_value(void *map, _Out_ size_t *size)',
  bpf_map__fd: 'int bpf_map__fd(void *map)',
  btf__raw_data: 'void *btf__raw_data(void *btf, _Out_ uint32_t *size)',
  bpf_map_create:
    'int bpf_map_create(int type, const char *name, uint32_t key_size, uint32_t value_size, uint32_t max_entries, const void *opts)',
  bpf_map_lookup_elem: 'int bpf_map_lookup_elem(int fd, const void *key, void *value)',
  bpf_map_update_elem:
    'int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)',
  bpf_map_delete_elem: 'int bpf_map_delete_elem(int fd, const void *key)',
  bpf_map_get_next_key: 'int bpf_map_get_next_key(int fd, const void *key, void *next)',
  bpf_map_lookup_batch:
    'int bpf_map_lookup_batch(int fd, const void *from, void *next, void *keys, void *values, void *count, const void *opts)',
  libbpf_num_possible_cpus: 'int libbpf_num_possible_cpus(void)',
  ring_buffer__new: 'void *ring_buffer__new(int fd, void *callback, void *context, void *opts)',
  ring_buffer__epoll_fd: 'int ring_buffer__epoll_fd(void *ring)',
  ring_buffer__consume: 'int ring_buffer__consume(void *ring)',
  ring_buffer__free: 'void ring_buffer__free(void *ring)',
  bpf_obj_get: 'int bpf_obj_get(const char *path)',
  bpf_obj_pin: 'int bpf_obj_pin(int fd, const char *path)',
  bpf_obj_get_info_by_fd:
    'int bpf_obj_get_info_by_fd(int fd, void *info, _Inout_ uint32_t *length)',
  bpf_link_create:
    'int bpf_link_create(int program_fd, int target_fd, int attach_type, const void *opts)',
  bpf_prog_load:
    'int bpf_prog_load(int type, const char *name, const char *license, const void *insns, size_t count, const void *opts)',
  bpf_prog_test_run_opts: 'int bpf_prog_test_run_opts(int fd, void *opts)',
  bpf_enable_stats: 'int bpf_enable_stats(int type)',
  bpf_prog_get_next_id: 'int bpf_prog_get_next_id(uint32_t start, _Out_ uint32_t *next)',
  bpf_link_get_next_id: 'int bpf_link_get_next_id(uint32_t start, _Out_ uint32_t *next)',
  bpf_btf_get_next_id: 'int bpf_btf_get_next_id(uint32_t start, _Out_ uint32_t *next)',
  bpf_prog_get_fd_by_id: 'int bpf_prog_get_fd_by_id(uint32_t id)',
  bpf_link_get_fd_by_id: 'int bpf_link_get_fd_by_id(uint32_t id)',
  bpf_btf_get_fd_by_id: 'int bpf_btf_get_fd_by_id(uint32_t id)',
  bpf_map_get_fd_by_id: 'int bpf_map_get_fd_by_id(uint32_t id)',
};

const libcPrototypes: Readonly<Record<keyof LibcSymbols, string>> = {
  vasprintf: 'int vasprintf(_Out_ str! *out, const void *format, void *list)',
  flock: 'int flock(int fd, int operation)',
  memcpy: 'void *memcpy(void *to, const void *from, size_t length)',
  socket: 'int socket(int domain, int type, int protocol)',
  sendto:
    'long sendto(int fd, const void *bytes, size_t length, int flags, const void *address, uint32_t address_length)',
};

const bound = new Map<string, unknown>();

/** One of libbpf's functions, bound on first use; a symbol that this libbpf lacks is an `UnsupportedError`. */
export function libbpfSymbol<Name extends keyof LibbpfSymbols>(name: Name): LibbpfSymbols[Name] {
  // the table above is the type: prototype and signature stand under the same key
  return bind(name, () => bindLibbpf(name)) as LibbpfSymbols[Name];
}

/** One of the C library's functions, bound on first use. */
export function libcSymbol<Name extends keyof LibcSymbols>(name: Name): LibcSymbols[Name] {
  return bind(name, () => libc().func(libcPrototypes[name])) as LibcSymbols[Name]; // as above
}

function bind(name: string, make: () => unknown): unknown {
  if (!bound.has(name)) bound.set(name, make());
  return bound.get(name);
}

function bindLibbpf(name: keyof LibbpfSymbols): unknown {
  defineTypes();
  const library = libbpf();
  try {
    return witnessed(name, library.func(libbpfPrototypes[name]));
  } catch (error) {
    throw new UnsupportedError(`this libbpf has no function "${name}"`, {
      hint: 'fentryctl needs libbpf 1.0 or later',
      cause: error,
    });
  }
}

function defineTypes(): void {
  if (bound.has(openOptions)) return;
  // libbpf reads no further than `sz`, so members that we never set can be left out at the end
  const type = koffi.struct('bpf_object_open_opts', {
    sz: 'size_t',
    object_name: 'const char *',
    relaxed_maps: 'bool',
    pin_root_path: 'const char *',
    stub: 'uint32_t',
    kconfig: 'const char *',
    btf_custom_path: 'const char *',
  });
  bound.set(openOptions, type);
  koffi.struct('libbpf_prog_handler_opts', {
    sz: 'size_t',
    cookie: 'long',
    prog_setup_fn: 'void *',
    prog_prepare_load_fn: 'void *',
    prog_attach_fn: 'void *',
  });
}
