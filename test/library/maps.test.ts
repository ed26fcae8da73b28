import { describe, expect, test } from 'vitest';
import { bytesCodec } from '../../src/bpf/maps/codec.ts';
import type { EbpfMap } from '../../src/bpf/maps/ebpf-map.ts';
import { key, u32, u64, words } from './support/codecs.ts';
import { useFdCount } from './support/fds.ts';
import { bpftool } from './support/kernel.ts';
import { makeMaps } from './support/maps.ts';

// One element at a time: get, set and delete, and what the kernel says to them.

useFdCount();

const alice = { uid: 1000, name: 'alice' };
const bob = { uid: 1001, name: 'bob' };

test.each([
  ['hash', { type: 'hash', keySize: 16, valueSize: 16, maxEntries: 8, flags: 0 }],
  ['lpm_trie', { type: 'lpm_trie', keySize: 8, valueSize: 8, maxEntries: 16, flags: 1 }],
  ['percpu_array', { type: 'percpu_array', keySize: 4, valueSize: 8, maxEntries: 4, flags: 0 }],
  ['lru_percpu_hash', { type: 'lru_percpu_hash', keySize: 4, valueSize: 8, maxEntries: 64 }],
  ['ringbuf', { type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096, flags: 0 }],
])('info of %s: what bpftool says too', (name, facts) => {
  using maps = makeMaps('maps');
  const info = maps.bytes(name).info();

  const { type, keySize, valueSize, maxEntries, id } = info;

  expect(info).toMatchObject({ name, ...facts });
  expect(bpftool('map', 'show', 'id', String(id))).toMatchObject({
    name,
    type,
    bytes_key: keySize,
    bytes_value: valueSize,
    max_entries: maxEntries,
  });
});

test('what is set is there, until it is deleted', () => {
  using maps = makeMaps('maps');
  const map = maps.typed('hash', key, words);

  map.set(alice, [1n, 2n]);
  map.set(bob, [3n, 4n]);
  map.set(alice, [5n, 6n]);

  expect(map.get(alice)).toEqual([5n, 6n]);
  expect(map.get(bob)).toEqual([3n, 4n]);
  expect(map.get({ ...alice, uid: 0 })).toBeUndefined();
  expect(map.delete(alice)).toBe(true);
  expect(map.delete(alice)).toBe(false);
  expect(map.get(alice)).toBeUndefined();
});

test('bytes that were read are not overwritten by the next read', () => {
  using maps = makeMaps('maps');
  const map = maps.bytes('hash');
  const [first, second] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  map.set(first, first);
  map.set(second, second);

  const read = [map.get(first), map.get(second)];

  expect(read).toEqual([first, second]);
});

test.each([
  ['any', 'new key', undefined],
  ['any', 'known key', undefined],
  ['create', 'new key', undefined],
  ['create', 'known key', 'cannot write to map "hash": the key is there already (EEXIST)'],
  ['update', 'new key', 'cannot write to map "hash": the key is not there (ENOENT)'],
  ['update', 'known key', undefined],
] as const)('mode "%s", %s: %s', (mode, which, message) => {
  using maps = makeMaps('maps');
  const map = maps.typed('hash', key, words);
  if (which === 'known key') map.set(alice, [1n, 1n]);

  const set = (): void => map.set(alice, [2n, 2n], { mode });

  if (message === undefined) {
    set();
    expect(map.get(alice)).toEqual([2n, 2n]);
  } else {
    expect(set).toThrow(expect.objectContaining({ code: 'MapFailed', message }));
  }
});

test('a full map', () => {
  using maps = makeMaps('maps');
  const map = maps.typed('hash', key, words);
  for (let uid = 0; uid < 8; uid += 1) map.set({ ...alice, uid }, [0n, 0n]);

  expect(() => map.set({ ...alice, uid: 8 }, [0n, 0n])).toThrow(
    expect.objectContaining({
      code: 'MapFailed',
      message: 'cannot write to map "hash": the map is full (E2BIG)',
      hint: 'make it with more entries, or delete some',
      cause: expect.objectContaining({ call: 'bpf_map_update_elem', errno: 7 }) as unknown,
    }),
  );
});

describe('an array', () => {
  test('has all its elements from the start', () => {
    using maps = makeMaps('maps');
    const map = array(maps);

    map.set(8999, [7n, 7n]);

    expect(map.get(0)).toEqual([0n, 0n]);
    expect(map.get(8999)).toEqual([7n, 7n]);
    expect(map.get(9000)).toBeUndefined();
  });

  test.each<[what: string, call: (map: ReturnType<typeof array>) => unknown, message: string]>([
    [
      'beyond its end',
      (map) => map.set(9000, [0n, 0n]),
      'cannot write to map "array": the index is beyond the end of the array (E2BIG)',
    ],
    [
      'created',
      (map) => map.set(0, [0n, 0n], { mode: 'create' }),
      'cannot write to map "array": elements of an array are always there (EEXIST)',
    ],
    [
      'deleted',
      (map) => map.delete(0),
      'cannot delete from map "array": elements of an array cannot be deleted (EINVAL)',
    ],
  ])('refuses what is %s', (_, call, message) => {
    using maps = makeMaps('maps');

    expect(() => call(array(maps))).toThrow(
      expect.objectContaining({ code: 'MapFailed', message }),
    );
  });
});

test('a trie finds the longest prefix, and refuses one that is too long', () => {
  using maps = makeMaps('maps');
  const map = maps.typed('lpm_trie', bytesCodec(8), u64);
  map.set(prefix(8, [10, 0, 0, 0]), 8n);
  map.set(prefix(16, [10, 1, 0, 0]), 16n);

  expect(map.get(prefix(32, [10, 1, 2, 3]))).toBe(16n);
  expect(map.get(prefix(32, [10, 9, 2, 3]))).toBe(8n);
  expect(map.get(prefix(32, [11, 1, 2, 3]))).toBeUndefined();
  expect(() => map.set(prefix(33, [10, 1, 0, 0]), 0n)).toThrow(
    'cannot write to map "lpm_trie": the kernel refuses such a key or value (EINVAL)',
  );
});

test("libbpf froze the object's constants", () => {
  using maps = makeMaps('maps');
  const map = maps.typed('.rodata', u32, u32);

  expect(map.get(0)).toBe(42);
  expect(() => map.set(0, 43)).toThrow(
    expect.objectContaining({
      code: 'MapFailed',
      message:
        'cannot write to map ".rodata": the map is frozen, read-only, or was opened for less (EPERM)',
    }),
  );
});

test.each([
  ['prog_array', undefined],
  ['queue', undefined],
  ['ringbuf', 'read it with "new RingBuffer(map)"'],
])('a %s is not read by key', (name, hint) => {
  using maps = makeMaps('maps');
  const map = maps.bytes(name);
  const bytes = new Uint8Array(4);

  const refusal: unknown = expect.objectContaining({
    code: 'MapFailed',
    message: `map "${name}" is of type ${name}: it is not read by key`,
    hint,
  });

  for (const call of calls(map, bytes)) expect(call).toThrow(refusal);
});

test('a codec of another size than the map has', () => {
  using maps = makeMaps('maps');

  expect(() => maps.typed('hash', u32, words)).toThrow(
    expect.objectContaining({
      code: 'InvalidValue',
      message: 'map "hash" has keys of 16 bytes, the codec is for 4',
    }),
  );
  expect(() => maps.typed('hash', key, u32)).toThrow(
    'map "hash" has values of 16 bytes, the codec is for 4',
  );
});

test('once closed, every method says so', () => {
  using maps = makeMaps('maps');
  const map = maps.bytes('hash');
  const bytes = new Uint8Array(16);

  map[Symbol.dispose]();
  map[Symbol.dispose]();

  const closed: unknown = expect.objectContaining({
    code: 'Closed',
    message: 'map "hash" is closed',
  });
  for (const call of [...calls(map, bytes), () => map.info(), () => map.fd]) {
    expect(call).toThrow(closed);
  }
});

function calls(
  map: EbpfMap<Uint8Array, Uint8Array>,
  bytes: Uint8Array,
): readonly (() => unknown)[] {
  return [
    () => map.get(bytes),
    () => map.set(bytes, bytes),
    () => map.delete(bytes),
    () => map.entries().next(),
    () => map.keys().next(),
    () => map.values().next(),
    () => [...map],
  ];
}

function array(maps: ReturnType<typeof makeMaps>): EbpfMap<number, readonly bigint[]> {
  return maps.typed('array', u32, words);
}

function prefix(length: number, address: readonly number[]): Uint8Array {
  return Uint8Array.of(length, 0, 0, 0, ...address);
}
