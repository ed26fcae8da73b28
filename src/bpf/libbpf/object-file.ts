import koffi from 'koffi';
import { checkPointer, checkResult } from './errno.ts';
import { copyMemory, viewMemory } from './address.ts';
import type { Linked } from './link-programs.ts';
import { registerSections, withLinker } from './link-programs.ts';
import { withMessages } from './messages.ts';
import { libbpfSymbol } from './symbols.ts';
import type { MapPointer, ObjectPointer, ProgramPointer } from './symbols.ts';

/** A program as an object file has it. */
export interface FileProgram {
  readonly name: string;
  readonly section: string;
  readonly instructions: number;
}

/** A map as an object file has it; internal ones are named by their section, e.g. `.bss`. */
export interface FileMap {
  readonly name: string;
  /** `enum bpf_map_type`. */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** What only some types have: a bloom filter's number of hash functions, an arena's address. */
  readonly extra: bigint;
  readonly internal: boolean;
  /** BTF ids in the object; 0 for none. */
  readonly keyTypeId: number;
  readonly valueTypeId: number;
}

/** How libbpf opens an object (`struct bpf_object_open_opts`). */
export interface OpenSettings {
  /** Its internal maps are named after it, cut. */
  readonly name: string;
  /** A directory for the maps that ask to be pinned by name; libbpf's own default is `/sys/fs/bpf`. */
  readonly pinRoot?: string | undefined;
  /** A file with the BTF to relocate against, in place of the running kernel's. */
  readonly btfPath?: string | undefined;
}

const instructionLength = 8;
const openOptionsSize = 56; // up to and with `btf_custom_path`

/** An object file that libbpf has parsed (`struct bpf_object`). Nothing is in the kernel before `load`. */
export class ObjectFile implements Disposable {
  readonly #object: ObjectPointer;
  readonly #programs: ReadonlyMap<string, ProgramPointer>;
  readonly #maps: ReadonlyMap<string, MapPointer>;
  #open = true;

  /** Throws a `CallError` with what libbpf said when the bytes are no object it can read. */
  constructor({ name, pinRoot, btfPath }: OpenSettings, bytes: Uint8Array) {
    registerSections();
    const options = {
      sz: openOptionsSize,
      object_name: name,
      relaxed_maps: false,
      pin_root_path: pinRoot ?? null,
      stub: 0,
      kconfig: null,
      btf_custom_path: btfPath ?? null,
    };
    const open = libbpfSymbol('bpf_object__open_mem');
    const { result, messages } = withMessages(() => open(bytes, bytes.length, options));
    this.#object = checkPointer('bpf_object__open_mem', result, messages);
    // names are taken now: a map that is reused from a pin loses its own for the kernel's, cut at 15 bytes
    this.#programs = new Map(
      this.#eachProgram().map((program) => [programNameOf(program), program]),
    );
    this.#maps = new Map(this.#eachMap().map((map) => [mapNameOf(map), map]));
  }

  programs(): readonly FileProgram[] {
    return [...this.#programs].map(([name, program]) => ({
      name,
      section: libbpfSymbol('bpf_program__section_name')(program),
      instructions: Number(libbpfSymbol('bpf_program__insn_cnt')(program)),
    }));
  }

  /** A copy of a program's instructions; before `load` without the functions that it calls. */
  instructionsOf(name: string): Buffer {
    const program = this.#programs.get(name);
    if (program === undefined) throw new Error(`object has no program "${name}"`);
    const count = Number(libbpfSymbol('bpf_program__insn_cnt')(program));
    return copyMemory(libbpfSymbol('bpf_program__insns')(program), count * instructionLength);
  }

  maps(): readonly FileMap[] {
    return [...this.#maps].map(([name, map]) => ({
      name,
      type: libbpfSymbol('bpf_map__type')(map),
      keySize: libbpfSymbol('bpf_map__key_size')(map),
      valueSize: libbpfSymbol('bpf_map__value_size')(map),
      maxEntries: libbpfSymbol('bpf_map__max_entries')(map),
      flags: libbpfSymbol('bpf_map__map_flags')(map),
      extra: BigInt(libbpfSymbol('bpf_map__map_extra')(map)),
      internal: libbpfSymbol('bpf_map__is_internal')(map),
      keyTypeId: libbpfSymbol('bpf_map__btf_key_type_id')(map),
      valueTypeId: libbpfSymbol('bpf_map__btf_value_type_id')(map),
    }));
  }

  /** The object's BTF, a copy; `undefined` if it has none. */
  btf(): Buffer | undefined {
    const btf = libbpfSymbol('bpf_object__btf')(this.#object);
    if (btf === null) return undefined;
    const size: [number] = [0];
    const data = libbpfSymbol('btf__raw_data')(btf, size);
    return data === null ? undefined : Buffer.from(Buffer.from(koffi.view(data, size[0])));
  }

  /** Where `load` pins a map that it makes; overrides LIBBPF_PIN_BY_NAME. */
  setMapPin(name: string, path: string): void {
    const result = libbpfSymbol('bpf_map__set_pin_path')(this.#map(name), path);
    checkResult('bpf_map__set_pin_path', result);
  }

  /** `load` takes the map behind an fd, which it dups, and pins none; whether it fits is the caller's to know. */
  reuseMap(name: string, fd: number): void {
    checkResult('bpf_map__reuse_fd', libbpfSymbol('bpf_map__reuse_fd')(this.#map(name), fd));
    const result = libbpfSymbol('bpf_map__set_pin_path')(this.#map(name), null);
    checkResult('bpf_map__set_pin_path', result);
  }

  setMaxEntries(name: string, count: number): void {
    const result = libbpfSymbol('bpf_map__set_max_entries')(this.#map(name), count);
    checkResult('bpf_map__set_max_entries', result);
  }

  /** Writes into what an internal map will hold once `load` makes it. Throws for a place outside of it. */
  writeInitialValue(name: string, offset: number, bytes: Uint8Array): void {
    const size: [number | bigint] = [0];
    const start = libbpfSymbol('bpf_map__initial_value')(this.#map(name), size);
    if (start === null) throw new Error(`map "${name}" has no initial value`);
    const memory = viewMemory(start, Number(size[0]));
    memory.subarray(offset, offset + bytes.length).set(bytes);
  }

  /**
   * Makes or reuses the maps, and relocates the programs named; none is in the kernel afterwards. Once only.
   * On failure nothing stays, pins included.
   */
  load(programs: readonly string[]): Linked {
    const setAutoload = libbpfSymbol('bpf_program__set_autoload');
    for (const [name, program] of this.#programs) {
      checkResult('bpf_program__set_autoload', setAutoload(program, programs.includes(name)));
    }
    return withLinker(() => {
      const load = libbpfSymbol('bpf_object__load');
      const { result, messages } = withMessages(() => load(this.#object));
      checkResult('bpf_object__load', result, messages);
    });
  }

  /** A map that `load` made or found; the object owns the fd. */
  mapFd(name: string): number {
    return checkResult('bpf_map__fd', libbpfSymbol('bpf_map__fd')(this.#map(name)));
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    libbpfSymbol('bpf_object__close')(this.#object);
  }

  #map(name: string): MapPointer {
    const map = this.#maps.get(name);
    if (map === undefined) throw new Error(`object has no map "${name}"`);
    return map;
  }

  #eachProgram(): readonly ProgramPointer[] {
    return collect((previous) => libbpfSymbol('bpf_object__next_program')(this.#object, previous));
  }

  #eachMap(): readonly MapPointer[] {
    return collect((previous) => libbpfSymbol('bpf_object__next_map')(this.#object, previous));
  }
}

function collect<Pointer>(next: (previous: Pointer | null) => Pointer | null): readonly Pointer[] {
  const all: Pointer[] = [];
  for (let pointer = next(null); pointer !== null; pointer = next(pointer)) all.push(pointer);
  return all;
}

function programNameOf(program: ProgramPointer): string {
  return libbpfSymbol('bpf_program__name')(program);
}

/**
 * libbpf names `.bss`, `.data` and `.rodata` after the object (`opens.bss`), which may have dots too; sections such as
 * `.data.own` have their own names. The section is what tells them apart.
 */
function mapNameOf(map: MapPointer): string {
  const name = libbpfSymbol('bpf_map__name')(map);
  const isNamedAfterObject = libbpfSymbol('bpf_map__is_internal')(map) && !name.startsWith('.');
  return isNamedAfterObject ? name.slice(name.lastIndexOf('.')) : name;
}
