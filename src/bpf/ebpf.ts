import { readFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '../base/suggest.ts';
import { Btf } from './btf/btf.ts';
import { EbpfError } from './ebpf-error.ts';
import { explain } from './explain.ts';
import type { Linked } from './libbpf/link-programs.ts';
import type { FileMap, ObjectFile } from './libbpf/object-file.ts';
import { btfCodec } from './maps/btf-codec.ts';
import type { EbpfMap } from './maps/ebpf-map.ts';
import type { RingBufferOptions } from './maps/ring-buffer.ts';
import { RingBuffer } from './maps/ring-buffer.ts';
import { objectMap } from './object-map.ts';
import { openObject } from './open-object.ts';
import { setGlobals } from './set-globals.ts';
import { usePinnedMap } from './use-pinned-map.ts';
import { findProgram, Program } from './programs/program.ts';
import { meaningOfSection } from './programs/program-kind.ts';
import type { Value } from './values/value.ts';

/** How an object is loaded (aya::EbpfLoader). */
export interface EbpfOptions {
  /** Internal maps (`.bss`, …) are named after it in the kernel, cut; default: the file's name. */
  readonly name?: string | undefined;
  /**
   * Values for `const volatile` and other global variables, by name, checked against the object's BTF. Those of a data
   * section that is found pinned are what is in there.
   */
  readonly globals?: Readonly<Record<string, Value>> | undefined;
  /** How many entries a map has, by map name, in place of what the object says: a whole number of 32 bits. */
  readonly maxEntries?: Readonly<Record<string, number>> | undefined;
  /** A directory in bpffs for the maps that the object wants pinned by name; libbpf's default is `/sys/fs/bpf`. */
  readonly mapPinPath?: string | undefined;
  /** By map name, a path in bpffs: the map pinned there is used if it fits, else it is made and pinned there. */
  readonly pinnedMaps?: Readonly<Record<string, string>> | undefined;
  /** What CO-RE relocates against, in place of the running kernel's BTF: a file, or what was read from one. */
  readonly btf?: Btf | string | undefined;
  /**
   * 0 (default): a verifier log only for what is rejected. 1, 2: more and more of it, see `FEntry.verifierLog`; 4 (Linux
   * 5.2): its statistics, also together with these. Others are `InvalidValue`.
   */
  readonly verifierLogLevel?: number | undefined;
  /** Only these programs are made ready; default: all that this library can load. `UnknownProgram` suggests near names. */
  readonly programs?: readonly string[] | undefined;
}

/** How a ring buffer is read: `type` names a struct of the object. */
export interface TypedRingOptions extends Omit<RingBufferOptions<Value>, 'codec'> {
  readonly type: string;
}

interface OpenedObject {
  readonly object: ObjectFile;
  readonly btf: Btf | undefined;
}

/**
 * An object file in the kernel (aya::Ebpf): its maps are made, its programs are relocated and ready to be loaded.
 * Closing it closes its maps, unloads its programs unless they are pinned, and detaches what was not taken.
 * Takes CAP_BPF (Linux 5.8; CAP_SYS_ADMIN before).
 */
export class Ebpf implements Disposable {
  readonly #object: ObjectFile;
  readonly #btf: Btf | undefined;
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #files: ReadonlyMap<string, FileMap>;
  readonly #maps = new Map<string, EbpfMap>();
  readonly #rings: RingBuffer<Value>[] = [];
  #open = true;
  #holds = 0;

  private constructor({ object, btf }: OpenedObject, linked: Linked, options: EbpfOptions) {
    this.#object = object;
    this.#btf = btf;
    this.#files = new Map(object.maps().map((file) => [file.name, file]));
    this.#programs = new Map(
      object.programs().map((file) => [file.name, this.#program(file, linked, options)]),
    );
  }

  /** Reads an object file and loads it; see `load`. Throws what `readFileSync` throws. */
  static loadFile(file: string, options: EbpfOptions = {}): Ebpf {
    const name = path.basename(file).replace(/\..*$/, '');
    return Ebpf.load(readFileSync(file), { name, ...options });
  }

  /**
   * Makes the maps of an object and relocates its programs; none is in the kernel yet. All or nothing: on an error no
   * map and no pin stays. `InvalidObject` (libbpf cannot read it), `UnknownMap` and
   * `UnknownGlobal` (an option names what it lacks, with near names), `InvalidValue` (a global or an option of another
   * type), `MapFailed`.
   * The bytes are trusted: libbpf promises nothing for malformed ones. In a worker thread, an `UnsupportedError`.
   */
  static load(bytes: Uint8Array, options: EbpfOptions = {}): Ebpf {
    const object = openObject(bytes, {
      name: options.name ?? 'object',
      pinRoot: options.mapPinPath,
      btfPath: btfPath(options.btf),
    });
    try {
      const data = object.btf();
      const opened = { object, btf: data === undefined ? undefined : new Btf(data) };
      configure(opened, options);
      return new Ebpf(opened, loadObject(object, options), options);
    } catch (error) {
      object[Symbol.dispose]();
      throw error;
    }
  }

  /** All programs of the object, those that this library cannot load included. */
  programs(): readonly Program[] {
    return [...this.#programs.values()];
  }

  /** A program by its name in the object; `UnknownProgram` suggests near ones. aya::Ebpf::program_mut. */
  program(name: string): Program {
    return findProgram(this.#programs, name);
  }

  /** All maps of the object, internal ones (`.bss`, `.data`, `.rodata`) included. */
  maps(): readonly EbpfMap[] {
    return [...this.#files.keys()].map((name) => this.map(name));
  }

  /** A map by its name in the object, the same one whenever it is asked; `UnknownMap` suggests near ones. aya::Ebpf::map. */
  map(name: string): EbpfMap {
    const file = findMap(this.#files, name);
    if (!this.#open) throw new EbpfError('Closed', `map "${name}" is of an object that was closed`);
    const map = this.#maps.get(name) ?? objectMap(this.#object, file, this.#btf);
    this.#maps.set(name, map);
    return map;
  }

  /** What programs send through a ring buffer, each record as the struct of the object's BTF that is named; see `RingBuffer`. Closed with the object. */
  ringBuffer(name: string, { type, ...options }: TypedRingOptions): RingBuffer<Value> {
    const map = this.map(name);
    if (this.#btf === undefined) throw new EbpfError('UnknownType', 'the object has no BTF');
    if (this.#btf.find(type, 'struct').length === 0) throw noSuchStruct(this.#btf, type);
    const codec = btfCodec(this.#btf, this.#btf.idOf(type, 'struct'));
    const ring = new RingBuffer(map, { ...options, codec });
    this.#rings.push(ring);
    return ring;
  }

  /** Closes maps and programs; see above. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    for (const program of this.#programs.values()) program[Symbol.dispose]();
    for (const ring of this.#rings) ring.close();
    for (const map of this.#maps.values()) map[Symbol.dispose]();
    this.#closeUnlessHeld();
  }

  /** A program that is being loaded names maps by their fds, which must not be other things' meanwhile. */
  #hold(): Disposable {
    this.#holds += 1;
    return {
      [Symbol.dispose]: () => {
        this.#holds -= 1;
        this.#closeUnlessHeld();
      },
    };
  }

  #closeUnlessHeld(): void {
    if (!this.#open && this.#holds === 0) this.#object[Symbol.dispose]();
  }

  #program(
    { name, section }: { readonly name: string; readonly section: string },
    { programs, gplCompatible }: Linked,
    { verifierLogLevel }: EbpfOptions,
  ): Program {
    const linked = programs.get(name);
    const code = linked && {
      linked,
      gplCompatible,
      sleepable: meaningOfSection(section)?.sleepable === true,
      logLevel: verifierLogLevel ?? 0,
      isOpen: () => this.#open,
      hold: () => this.#hold(),
    };
    return new Program({ name, section, code });
  }
}

function noSuchStruct(btf: Btf, type: string): EbpfError {
  const hint =
    didYouMean(type, btf.names('struct')) ??
    `clang leaves out what no variable has: "struct ${type} *unused __attribute__((unused));" keeps it`;
  return new EbpfError('UnknownType', `the object's BTF has no struct "${type}"`, { hint });
}

function btfPath(btf: EbpfOptions['btf']): string | undefined {
  if (!(btf instanceof Btf)) return btf;
  if (btf.path !== undefined) return btf.path;
  throw new EbpfError('InvalidValue', 'libbpf reads BTF for CO-RE from a file only', {
    hint: 'give the path of one, or what "Btf.fromPath" returned',
  });
}

function configure({ object, btf }: OpenedObject, options: EbpfOptions): void {
  checkedOption('verifierLogLevel', options.verifierLogLevel ?? 0, 7);
  const files = new Map(object.maps().map((file) => [file.name, file]));
  for (const [name, count] of Object.entries(options.maxEntries ?? {})) {
    object.setMaxEntries(
      findMap(files, name).name,
      checkedOption('maxEntries', count, 2 ** 32 - 1),
    );
  }
  const sized = new Map(object.maps().map((file) => [file.name, file]));
  for (const [name, pin] of Object.entries(options.pinnedMaps ?? {})) {
    usePinnedMap(object, findMap(sized, name), pin);
  }
  setGlobals(object, btf, options.globals ?? {});
}

/** libbpf would take the lower 32 bits of any number. */
function checkedOption(option: keyof EbpfOptions, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  const message = `"${option}" must be a whole number from 0 to ${most}, not ${value}`;
  throw new EbpfError('InvalidValue', message);
}

function loadObject(object: ObjectFile, options: EbpfOptions): Linked {
  const programs = new Map(object.programs().map((program) => [program.name, program]));
  const wanted = options.programs?.map((name) => findProgram(programs, name));
  const loadable = (wanted ?? [...programs.values()]).filter(({ section }) =>
    meaningOfSection(section),
  );
  try {
    return object.load(loadable.map(({ name }) => name));
  } catch (error) {
    throw explain(error, 'create', 'load the object');
  }
}

function findMap(files: ReadonlyMap<string, FileMap>, name: string): FileMap {
  const file = files.get(name);
  if (file !== undefined) return file;
  const names = [...files.keys()];
  const hint = didYouMean(name, names) ?? `it has ${names.join(', ') || 'no maps'}`;
  throw new EbpfError('UnknownMap', `the object has no map "${name}"`, { hint });
}
