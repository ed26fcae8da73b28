import { EbpfError } from '../ebpf-error.ts';
import type { Fd } from '../libbpf/fd.ts';
import {
  deleteElement,
  lookUpElement,
  possibleCpus,
  updateElement,
  updateFlags,
} from '../libbpf/map-calls.ts';
import { openPinAt } from '../pins/pin-path.ts';
import type { Value } from '../values/value.ts';
import type { Codec } from './codec.ts';
import { encodeExactly } from './codec.ts';
import type { MapCodecs } from './codecs-of.ts';
import { codecsOf } from './codecs-of.ts';
import type { Element } from './elements.ts';
import { eachElement } from './elements.ts';
import { explainMap } from './explain-map.ts';
import { kindOfMap, noKeys } from './map-kinds.ts';
import type { MapInfo } from './map-info.ts';
import { mapInfo } from './map-info.ts';
import { perCpuCodec } from './per-cpu-codec.ts';

/** What a map is made from; `key` and `value` say how one key and one value lie in memory. */
export interface MapStart extends MapCodecs {
  readonly name: string;
  readonly fd: Fd;
  /** Whether closing the map closes the fd; whoever keeps it closes the map first. */
  readonly ownsFd: boolean;
}

export interface SetOptions {
  /** `create` refuses a key that is there, `update` one that is not; default: `any`. */
  readonly mode?: keyof typeof updateFlags;
}

/** How a pinned map is read, in place of what the kernel knows of it. */
export interface FromPinOptions extends Partial<MapCodecs> {
  /** For messages: the kernel cuts names at 15 bytes. */
  readonly name?: string;
}

/**
 * A map in the kernel. `Content` is what is at a key: a value, or in per-CPU maps a list with one for each possible
 * processor. All methods throw an `EbpfError`: `Closed` once it is closed, `InvalidValue` for what does not fit the
 * types, `MapFailed` for what the kernel refuses, and for maps that have no keys, such as ring buffers.
 */
export class EbpfMap<Key extends Value = Value, Content extends Value = Value>
  implements Disposable, Iterable<readonly [Key, Content]>
{
  readonly name: string;
  readonly #fd: Fd;
  readonly #ownsFd: boolean;
  readonly #type: string;
  readonly #maxEntries: number;
  readonly #key: Codec<Key>;
  readonly #content: Codec<Content>;
  /** Where the kernel writes what `get` asks for. */
  #found: Uint8Array | undefined;
  #open = true;

  /** `InvalidValue` when a codec is of another size than the kernel says; the fd then stays the caller's. */
  constructor({ name, fd, ownsFd, key, value }: MapStart) {
    const info = mapInfo(fd.number);
    checkSizes(name, info, { key, value });
    const isPerCpu = kindOfMap(info.type) === 'per-cpu';
    this.name = name;
    this.#fd = fd;
    this.#ownsFd = ownsFd;
    this.#type = info.type;
    this.#maxEntries = info.maxEntries;
    this.#key = key as Codec<Key>; // the type arguments are what the caller says of its map
    this.#content = (isPerCpu ? perCpuCodec(value, possibleCpus()) : value) as Codec<Content>; // as above
  }

  /**
   * Opens a pinned map, typed by its BTF in the kernel as far as that may be read, else as bytes. aya::MapData::from_pin.
   * `InvalidPin` says what is wrong with the path.
   */
  static fromPin<Key extends Value = Value, Content extends Value = Value>(
    path: string,
    options: FromPinOptions = {},
  ): EbpfMap<Key, Content> {
    const fd = openPinAt(path);
    try {
      if (fd.kind() !== 'map') {
        throw new EbpfError('InvalidPin', `"${path}" is a ${fd.kind()}, not a map`);
      }
      const info = mapInfo(fd.number);
      const { name = info.name, ...given } = options;
      return new EbpfMap({ ...codecsOf(info), ...given, name, fd, ownsFd: true });
    } catch (error) {
      fd[Symbol.dispose]();
      throw error;
    }
  }

  /** The file descriptor, which stays the map's. */
  get fd(): number {
    if (!this.#open) throw new EbpfError('Closed', `map "${this.name}" is closed`);
    return this.#fd.number;
  }

  /** What the kernel says of it. */
  info(): MapInfo {
    return mapInfo(this.fd);
  }

  /** What is at a key; `undefined` when nothing is, or the index of an array is beyond its end. */
  get(key: Key): Content | undefined {
    const fd = this.#numberForKeys();
    try {
      const bytes = encodeExactly(this.#key, key);
      this.#found ??= new Uint8Array(this.#content.size);
      return lookUpElement(fd, bytes, this.#found) ? this.#content.decode(this.#found) : undefined;
    } catch (error) {
      throw explainMap(error, `read from map "${this.name}"`, this.#type);
    }
  }

  /** Sets what is at a key. In per-CPU maps, for all processors: programs that count meanwhile can be overwritten. */
  set(key: Key, content: Content, { mode = 'any' }: SetOptions = {}): void {
    const fd = this.#numberForKeys();
    try {
      const value = encodeExactly(this.#content, content);
      updateElement(fd, encodeExactly(this.#key, key), value, updateFlags[mode]);
    } catch (error) {
      throw explainMap(error, `write to map "${this.name}"`, this.#type);
    }
  }

  /** Removes a key; false when it was not there. Arrays refuse it. */
  delete(key: Key): boolean {
    const fd = this.#numberForKeys();
    try {
      return deleteElement(fd, encodeExactly(this.#key, key));
    } catch (error) {
      throw explainMap(error, `delete from map "${this.name}"`, this.#type);
    }
  }

  /**
   * All keys with what is at them, in the kernel's order, fetched in batches as they are asked for. The loop may set and
   * delete. What programs insert or delete meanwhile may be in it or not; it ends in any case.
   */
  *entries(): Generator<readonly [Key, Content], void, undefined> {
    for (const { key, value } of this.#elements()) {
      yield [this.#key.decode(key), this.#content.decode(value)];
    }
  }

  /** As `entries`. */
  *keys(): Generator<Key, void, undefined> {
    for (const { key } of this.#elements()) yield this.#key.decode(key);
  }

  /** As `entries`. */
  *values(): Generator<Content, void, undefined> {
    for (const { value } of this.#elements()) yield this.#content.decode(value);
  }

  [Symbol.iterator](): Generator<readonly [Key, Content], void, undefined> {
    return this.entries();
  }

  /** Closes it; the map lives on while a program, a pin or another fd holds it. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#ownsFd) this.#fd[Symbol.dispose]();
  }

  *#elements(): Generator<Element> {
    try {
      yield* eachElement({
        fd: () => this.#numberForKeys(),
        type: this.#type,
        keySize: this.#key.size,
        valueSize: this.#content.size,
        maxEntries: this.#maxEntries,
      });
    } catch (error) {
      throw explainMap(error, `read map "${this.name}"`, this.#type);
    }
  }

  #numberForKeys(): number {
    const { fd } = this;
    if (kindOfMap(this.#type) === undefined) throw noKeys(this.name, this.#type);
    return fd;
  }
}

/** The kernel reads and writes as many bytes as it says, whatever memory a codec has. */
function checkSizes(name: string, info: MapInfo, { key, value }: MapCodecs): void {
  const sizes = [
    ['keys', info.keySize, key.size],
    ['values', info.valueSize, value.size],
  ] as const;
  for (const [what, wanted, got] of sizes) {
    if (wanted === got) continue;
    const message = `map "${name}" has ${what} of ${wanted} bytes, the codec is for ${got}`;
    throw new EbpfError('InvalidValue', message);
  }
}
