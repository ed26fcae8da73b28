import { readFileSync } from 'node:fs';
import { EbpfMap } from '../../../src/bpf/maps/ebpf-map.ts';
import type { Codec } from '../../../src/bpf/maps/codec.ts';
import { bytesCodec } from '../../../src/bpf/maps/codec.ts';
import { Fd } from '../../../src/bpf/libbpf/fd.ts';
import { ObjectFile } from '../../../src/bpf/libbpf/object-file.ts';
import type { Value } from '../../../src/bpf/values/value.ts';
import { objectFile } from './kernel.ts';

/** The maps of a test object, made in the kernel, without its programs. */
export function makeMaps(name: string): TestMaps {
  const object = new ObjectFile({ name }, readFileSync(objectFile(name)));
  object.load([]);
  return new TestMaps(object);
}

class TestMaps implements Disposable {
  readonly #object: ObjectFile;

  constructor(object: ObjectFile) {
    this.#object = object;
  }

  /** A map with codecs; the object keeps its fd. */
  typed<Key extends Value, Content extends Value>(
    name: string,
    key: Codec<Key>,
    value: Codec<Content>,
  ): EbpfMap<Key, Content> {
    return new EbpfMap({ name, fd: this.#fd(name), ownsFd: false, key, value });
  }

  /** A per-CPU map; the codec is for the value of one processor. */
  perCpu<Key extends Value, Content extends Value>(
    name: string,
    key: Codec<Key>,
    value: Codec<Content>,
  ): EbpfMap<Key, readonly Content[]> {
    return new EbpfMap({ name, fd: this.#fd(name), ownsFd: false, key, value });
  }

  /** A map whose keys and values are bytes. */
  bytes(name: string): EbpfMap<Uint8Array, Uint8Array> {
    const { keySize = 0, valueSize = 0 } =
      this.#object.maps().find((map) => map.name === name) ?? {};
    return this.typed(name, bytesCodec(keySize), bytesCodec(valueSize));
  }

  #fd(name: string): Fd {
    return new Fd(this.#object.mapFd(name));
  }

  [Symbol.dispose](): void {
    this.#object[Symbol.dispose]();
  }
}
