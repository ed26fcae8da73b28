import { readFileSync, rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { inspect } from '../../src/bpf/inspect.ts';
import { objectFile } from './support/kernel.ts';

// What the kernel makes of the sizes and flags that an object asks for, foretold by `inspect`.

const bytes = readFileSync(objectFile('map-shapes'));
const foretold = new Map(inspect('map-shapes', bytes).maps.map((map) => [map.name, map]));
const directory = '/sys/fs/bpf/map-shapes';
const pinnedMaps = Object.fromEntries(
  [...foretold.keys()].map((name) => [name, `${directory}/${name}`]),
);

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.each([...foretold.keys()])('%s is what was foretold', (name) => {
  using ebpf = Ebpf.load(bytes);

  const { type, keySize, valueSize, maxEntries, flags } = ebpf.map(name).info();

  expect({ type, keySize, valueSize, maxEntries, flags }).toEqual(foretold.get(name)?.shape);
});

test('where it is not what the object asks for', () => {
  const changed = [...foretold.values()].filter(
    ({ shape, maxEntries, flags }) => shape.maxEntries !== maxEntries || shape.flags !== flags,
  );

  expect(changed.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['perf_events', 'devmap', 'devmap_hash']),
  );
});

test('an object finds all the maps that it pinned before, whatever the kernel made of them', () => {
  using first = Ebpf.load(bytes, { pinnedMaps });
  using second = Ebpf.load(bytes, { pinnedMaps });

  const ids = (ebpf: Ebpf): readonly number[] => ebpf.maps().map((map) => map.info().id);

  expect(ids(second)).toEqual(ids(first));
});

test('more entries are foretold too', () => {
  const maxEntries = { ring_odd: 9000, lru_own: 2001, hash: 9 };
  using ebpf = Ebpf.load(bytes, { maxEntries });

  const { maps } = inspect('map-shapes', bytes, maxEntries);

  for (const name of Object.keys(maxEntries)) {
    const shape = maps.find((map) => map.name === name)?.shape;
    expect(ebpf.map(name).info()).toMatchObject({ ...shape });
  }
});
