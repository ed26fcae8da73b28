import type { BtfKindName, BtfType, BtfTypes } from './btf-type.ts';
import { BtfKind } from './btf-type.ts';
import type { KeptBtf } from './kept-btf.ts';
import { ambiguousType, notAFunction, unknownType } from './look-up-errors.ts';
import type { NameSearch, Searched } from './name-search.ts';
import { nameSearch } from './name-search.ts';
import { parseBtf } from './parse.ts';
import { modulePath, readBtfFile, readModule, readVmlinux, vmlinuxPath } from './read-btf.ts';
import { TypeInPlace } from './type-in-place.ts';
import { Strings } from './strings.ts';
import { PrototypeWriter } from './type-text.ts';

/** Where some BTF comes from, and what it builds on. */
export interface BtfOrigin {
  /** The file, for messages. */
  readonly path?: string | undefined;
  /** For split BTF: the BTF whose types and strings it goes on from. */
  readonly base?: Btf | undefined;
  /** @internal What runs leave each other of the same data. */
  readonly kept?: KeptBtf | undefined;
}

/**
 * BPF type information, read in place (Documentation/bpf/btf.rst). One pass on construction notes where each type
 * starts; names are only decoded when asked for.
 *
 * A module's BTF is *split*: its ids and strings go on where those of its base, the kernel's, end. Ids of the base are
 * answered by the base; a look-up by name sees the own types only, save that types other than functions are taken
 * from the base when there is no own one. A module's function is never found in its base.
 */
export class Btf implements BtfTypes {
  readonly path: string | undefined;
  readonly base: Btf | undefined;
  /** The first id of its own: 1, or in split BTF the one after the base's last. */
  readonly firstId: number;
  readonly #types: Searched;
  #prototypes: PrototypeWriter | undefined;
  readonly #searches = new Map<BtfKindName, NameSearch>();

  /**
   * Throws an `EbpfError` `InvalidBtf` for what is no BTF, and an `UnsupportedError` for a kind of type that is newer
   * than this code. The data is not copied and must not change.
   */
  constructor(data: Buffer, origin: BtfOrigin = {}) {
    const { path, base, kept } = origin;
    const parsed = parseBtf(data, kept);
    this.path = path;
    this.base = base;
    this.firstId = base === undefined ? 1 : base.length + 1;
    const strings = new Strings(
      parsed.strings,
      base === undefined ? undefined : base.#types.strings,
    );
    this.#types = { parsed, strings, firstId: this.firstId, kept };
  }

  /**
   * The running kernel's, modules not included: `/sys/kernel/btf/vmlinux`, Linux 5.4 and later with
   * CONFIG_DEBUG_INFO_BTF. Throws an `UnsupportedError` where it has none.
   */
  static fromSysFs(): Btf {
    return new Btf(readVmlinux(), { path: vmlinuxPath });
  }

  /**
   * A file of BTF as the kernel shows it, or the `.BTF` section of a 64-bit ELF file. `base` is needed for split BTF,
   * which does not say that it is split. Throws an `EbpfError` `InvalidBtf` for any other file and for none.
   */
  static fromPath(path: string, base?: Btf): Btf {
    return new Btf(readBtfFile(path), { path, base });
  }

  /**
   * A loaded module's: `/sys/kernel/btf/NAME`, Linux 5.11 and later. `base` spares reading the kernel's again. Throws an
   * `EbpfError` `UnknownModule` for a module that is not loaded or has no BTF, and what `fromSysFs` throws.
   */
  static forModule(name: string, base: Btf = Btf.fromSysFs()): Btf {
    return new Btf(readModule(name), { path: modulePath(name), base });
  }

  /** The last id: as many types as there are, the base's included. */
  get length(): number {
    return this.firstId - 1 + this.#types.parsed.types.starts.length;
  }

  type(id: number): BtfType | undefined {
    if (id < this.firstId) return this.base?.type(id);
    const { words, types } = this.#types.parsed;
    const start = types.starts[id - this.firstId];
    return start === undefined ? undefined : new TypeInPlace(this, words, id, start);
  }

  nameAt(place: number): string {
    return this.#types.strings.textAt(place);
  }

  /** All own types of a kind, in the order of their ids. */
  *ofKind(kind: BtfKindName): Generator<BtfType> {
    const { kinds } = this.#types.parsed.types;
    const wanted = BtfKind[kind];
    for (let index = 0; index < kinds.length; index += 1) {
      const type = kinds[index] === wanted ? this.type(this.firstId + index) : undefined;
      if (type !== undefined) yield type;
    }
  }

  /** Ids of all types of that exact name and kind: none, one, or several, since static functions may share a name. */
  find(name: string, kind: BtfKindName = 'function'): readonly number[] {
    const own = this.#search(kind)(name);
    if (own.length > 0 || kind === 'function' || this.base === undefined) return own;
    return this.base.find(name, kind);
  }

  /**
   * The id of the one type of that name and kind. Throws an `EbpfError` `UnknownType`, with near names, when there is
   * none, and `AmbiguousType`, with the ids to choose from, when there are several.
   */
  idOf(name: string, kind: BtfKindName = 'function'): number {
    const [id, ...others] = this.find(name, kind);
    if (id === undefined) throw unknownType(this, name, kind);
    if (others.length > 0) throw ambiguousType(this, { name, kind, ids: [id, ...others] });
    return id;
  }

  /** Names of all own types of a kind that have one, in the order of their ids. */
  *names(kind: BtfKindName = 'function'): Generator<string> {
    for (const [, name] of this.entries(kind)) yield name;
  }

  /** Ids and names of all own types of a kind that have a name, in the order of their ids. */
  *entries(kind: BtfKindName = 'function'): Generator<readonly [id: number, name: string]> {
    const { kinds, names } = this.#types.parsed.types;
    const wanted = BtfKind[kind];
    for (let index = 0; index < kinds.length; index += 1) {
      if (kinds[index] !== wanted) continue;
      const name = this.nameAt(names[index] ?? 0);
      if (name !== '') yield [this.firstId + index, name];
    }
  }

  /**
   * A function as C declares it, e.g. `int vfs_open(const struct path *path, struct file *file)`. Throws what `idOf`
   * throws, and an `EbpfError` `UnknownType` for an id that is no function's.
   */
  prototype(nameOrId: string | number): string {
    const id = typeof nameOrId === 'string' ? this.idOf(nameOrId) : nameOrId;
    const type = this.type(id);
    if (type?.kind !== BtfKind.function) throw notAFunction(this, id);
    this.#prototypes ??= new PrototypeWriter(this);
    return this.#prototypes.text(type);
  }

  #search(kind: BtfKindName): NameSearch {
    const known = this.#searches.get(kind);
    if (known !== undefined) return known;
    const search = nameSearch(this.#types, BtfKind[kind]);
    this.#searches.set(kind, search);
    return search;
  }
}
