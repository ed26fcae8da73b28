import koffi from 'koffi';
import { checkPointer, checkResult } from './errno.ts';
import { withMessages } from './messages.ts';
import { libbpfSymbol } from './symbols.ts';
import type { MapPointer, ObjectPointer, ProgramPointer } from './symbols.ts';

/** A program as an object file has it. */
export interface FileProgram {
  readonly name: string;
  readonly section: string;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** `enum bpf_attach_type`. */
  readonly attachType: number;
  /** `BPF_F_…` flags of BPF_PROG_LOAD. */
  readonly flags: number;
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
  readonly internal: boolean;
  /** BTF ids in the object; 0 for none. */
  readonly keyTypeId: number;
  readonly valueTypeId: number;
}

/** An object file that libbpf has parsed (`struct bpf_object`). Nothing is in the kernel before `load`. */
export class ObjectFile implements Disposable {
  readonly #object: ObjectPointer;
  readonly #programs: ReadonlyMap<string, ProgramPointer>;
  readonly #maps: ReadonlyMap<string, MapPointer>;
  #open = true;

  /** Throws a `CallError` with what libbpf said when the bytes are no object it can read. */
  constructor(name: string, bytes: Uint8Array) {
    const options = { sz: 16, object_name: name };
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
      type: libbpfSymbol('bpf_program__type')(program),
      attachType: libbpfSymbol('bpf_program__expected_attach_type')(program),
      flags: libbpfSymbol('bpf_program__flags')(program),
      instructions: Number(libbpfSymbol('bpf_program__insn_cnt')(program)),
    }));
  }

  maps(): readonly FileMap[] {
    return [...this.#maps].map(([name, map]) => ({
      name,
      type: libbpfSymbol('bpf_map__type')(map),
      keySize: libbpfSymbol('bpf_map__key_size')(map),
      valueSize: libbpfSymbol('bpf_map__value_size')(map),
      maxEntries: libbpfSymbol('bpf_map__max_entries')(map),
      flags: libbpfSymbol('bpf_map__map_flags')(map),
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

  /** The only program that `load` will load. */
  choose(name: string): void {
    const setAutoload = libbpfSymbol('bpf_program__set_autoload');
    for (const [candidate, program] of this.#programs) {
      checkResult('bpf_program__set_autoload', setAutoload(program, candidate === name));
    }
  }

  /** The function that a program will be loaded for, in place of the one its section names. */
  setTarget(name: string, target: string): void {
    const set = libbpfSymbol('bpf_program__set_attach_target');
    const { result, messages } = withMessages(() => set(this.#program(name), 0, target));
    checkResult('bpf_program__set_attach_target', result, messages);
  }

  /** Where `load` finds a map, or pins the one it makes; overrides LIBBPF_PIN_BY_NAME. */
  setMapPin(name: string, path: string): void {
    const map = this.#maps.get(name);
    if (map === undefined) throw new Error(`object has no map "${name}"`);
    checkResult('bpf_map__set_pin_path', libbpfSymbol('bpf_map__set_pin_path')(map, path));
  }

  /** Makes or reuses the maps and loads the chosen programs. On failure nothing stays, pins included. */
  load(): void {
    const { result, messages } = withMessages(() => libbpfSymbol('bpf_object__load')(this.#object));
    checkResult('bpf_object__load', result, messages);
  }

  /** A loaded program; the object owns the fd. */
  programFd(name: string): number {
    return checkResult('bpf_program__fd', libbpfSymbol('bpf_program__fd')(this.#program(name)));
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    libbpfSymbol('bpf_object__close')(this.#object);
  }

  #program(name: string): ProgramPointer {
    const program = this.#programs.get(name);
    if (program === undefined) throw new Error(`object has no program "${name}"`);
    return program;
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

/** libbpf names `.bss`, `.data` and `.rodata` after the object (`opens.bss`); the section is what tells them apart. */
function mapNameOf(map: MapPointer): string {
  const name = libbpfSymbol('bpf_map__name')(map);
  return libbpfSymbol('bpf_map__is_internal')(map) ? name.slice(name.indexOf('.')) : name;
}
