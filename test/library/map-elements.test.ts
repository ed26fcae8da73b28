import { describe, expect, test } from 'vitest';
import { bytesCodec } from '../../src/bpf/maps/codec.ts';
import type { EbpfMap } from '../../src/bpf/maps/ebpf-map.ts';
import { key, u32, u64, u8, words } from './support/codecs.ts';
import { useFdCount } from './support/fds.ts';
import { makeMaps } from './support/maps.ts';

// All elements of a map, whatever happens to them meanwhile.

useFdCount();

/** What becomes of a key: the map is filled with it, and it is expected at it. */
interface Sample<Key, Content> {
  readonly key: (index: number) => Key;
  readonly content: (index: number) => Content;
}

const numbers: Sample<number, bigint> = {
  key: (index) => index,
  content: (index) => BigInt(index),
};

describe('each element comes once', () => {
  test.each([0, 1, 7, 4095, 10_000])('of a hash with %i, in batches', (count) => {
    using maps = makeMaps('maps');
    const map = fill(maps.typed('large_hash', u32, u64), numbers, count);

    expect(sorted(map.entries())).toEqual(expected(numbers, count));
    expect(sorted(map)).toEqual(expected(numbers, count));
    expect([...map.keys()].toSorted((a, b) => a - b)).toEqual(
      expected(numbers, count).map(([index]) => index),
    );
    expect([...map.values()].toSorted(byNumber)).toEqual(
      expected(numbers, count).map(([, content]) => content),
    );
  });

  test('of a hash whose keys are shorter than what the kernel notes between batches', () => {
    using maps = makeMaps('maps');
    const sample = { key: (index: number) => index * 3, content: (index: number) => index };
    const map = fill(maps.typed('tiny_hash', u8, u8), sample, 64);

    expect(sorted(map)).toEqual(expected(sample, 64));
  });

  test('of a hash whose values are so long that a batch takes one, and a bucket has several', () => {
    using maps = makeMaps('maps');
    const sample = {
      key: (index: number) => index,
      content: (index: number) => new Uint8Array(40_000).fill(index),
    };
    const codec = bytesCodec(40_000);
    const map = fill(maps.typed('wide_hash', u32, codec), sample, 16);

    const read = [...map].toSorted(([a], [b]) => a - b);

    expect(read.map(([index]) => index)).toEqual(Array.from({ length: 16 }, (_, index) => index));
    for (const [index, bytes] of read) expect(bytes.every((byte) => byte === index)).toBe(true);
  });

  test('of an array, by index', () => {
    using maps = makeMaps('maps');
    const map = maps.typed('array', u32, words);
    map.set(8999, [1n, 2n]);

    const read = [...map];

    expect(read.map(([index]) => index)).toEqual(Array.from({ length: 9000 }, (_, index) => index));
    expect(read.at(0)).toEqual([0, [0n, 0n]]);
    expect(read.at(-1)).toEqual([8999, [1n, 2n]]);
  });

  test('of a trie, key by key', () => {
    using maps = makeMaps('maps');
    const map = fillTrie(maps, 16);

    expect([...map.values()].toSorted(byNumber)).toEqual(
      Array.from({ length: 16 }, (_, index) => BigInt(index)),
    );
  });

  test('of a map with structs for keys', () => {
    using maps = makeMaps('maps');
    const map = maps.typed('hash', key, words);
    map.set({ uid: 1, name: 'alice' }, [1n, 2n]);

    expect([...map]).toEqual([[{ uid: 1, name: 'alice' }, [1n, 2n]]]);
  });
});

describe('a loop over a map', () => {
  test('can delete what it sees: each comes once, and none is left', () => {
    using maps = makeMaps('maps');
    const map = fill(maps.typed('large_hash', u32, u64), numbers, 10_000);
    const seen: number[] = [];

    for (const index of map.keys()) {
      seen.push(index);
      expect(map.delete(index)).toBe(true);
    }

    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(10_000);
    expect([...map]).toEqual([]);
  });

  test('can delete what it sees in a trie, which is read key by key', () => {
    using maps = makeMaps('maps');
    const map = fillTrie(maps, 16);
    let deleted = 0;

    for (const prefix of map.keys()) {
      if (map.delete(prefix)) deleted += 1;
    }

    expect(deleted).toBe(16);
    expect([...map]).toEqual([]);
  });

  test('can delete what it has not seen in a trie: it ends after as many as the map can have', () => {
    using maps = makeMaps('maps');
    const map = fillTrie(maps, 16);
    let steps = 0;

    for (const current of map.keys()) {
      steps += 1;
      // all but this one go, so the one that comes next is gone when it is asked for; then all are there again
      for (const other of map.keys()) if (Buffer.compare(other, current) !== 0) map.delete(other);
      fillTrie(maps, 16);
    }

    expect(steps).toBeLessThanOrEqual(16);
    expect(steps).toBeGreaterThan(0);
  });

  test('ends although it inserts a new key for each that it sees', () => {
    using maps = makeMaps('maps');
    const map = fill(maps.typed('lru_hash', u32, u64), numbers, 512);
    let next = 1_000_000;

    for (const _ of map) {
      map.set(next, 0n);
      next += 1;
    }

    expect(next).toBeGreaterThanOrEqual(1_000_100);
  });

  test('can be left early', () => {
    using maps = makeMaps('maps');
    const map = fill(maps.typed('large_hash', u32, u64), numbers, 10);
    const entries = map.entries();

    entries.next();
    entries.return();

    expect(entries.next().done).toBe(true);
    expect(sorted(map)).toEqual(expected(numbers, 10));
  });

  test('fails when the map is closed in it and another batch is due', () => {
    using maps = makeMaps('maps');
    const map = maps.typed('array', u32, words);
    const read = (): void => {
      for (const _ of map) map[Symbol.dispose]();
    };

    expect(read).toThrow(expect.objectContaining({ code: 'Closed' }));
  });

  test('is not disturbed by another over the same map', () => {
    using maps = makeMaps('maps');
    const map = fill(maps.typed('large_hash', u32, u64), numbers, 50);
    let pairs = 0;

    for (const [outer] of map) for (const [inner] of map) if (inner >= outer) pairs += 1;

    expect(pairs).toBe((50 * 51) / 2);
  });
});

function fill<Key extends number, Content extends bigint | number | Uint8Array>(
  map: EbpfMap<Key, Content>,
  sample: Sample<Key, Content>,
  count: number,
): EbpfMap<Key, Content> {
  for (let index = 0; index < count; index += 1) map.set(sample.key(index), sample.content(index));
  return map;
}

/** Prefixes of the same length, so that none is found in place of another. */
function fillTrie(maps: ReturnType<typeof makeMaps>, count: number): EbpfMap<Uint8Array, bigint> {
  const map = maps.typed('lpm_trie', bytesCodec(8), u64);
  for (let index = 0; index < count; index += 1) {
    map.set(Uint8Array.of(32, 0, 0, 0, 10, 0, 0, index), BigInt(index));
  }
  return map;
}

function expected<Key, Content>(
  { key: keyOf, content }: Sample<Key, Content>,
  count: number,
): readonly (readonly [Key, Content])[] {
  return Array.from({ length: count }, (_, index) => [keyOf(index), content(index)]);
}

function sorted<Content>(
  entries: Iterable<readonly [number, Content]>,
): readonly (readonly [number, Content])[] {
  return [...entries].toSorted(([a], [b]) => a - b);
}

function byNumber(a: bigint, b: bigint): number {
  return Number(a - b);
}
