import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { EbpfMap } from '../../src/bpf/maps/ebpf-map.ts';
import { u32, u64 } from './support/codecs.ts';
import { useFdCount } from './support/fds.ts';
import { objectFile, pinDirectory, renameFiles } from './support/kernel.ts';
import { makeMaps } from './support/maps.ts';

// Maps that have a value for each processor.

useFdCount();

const cpus = countPossibleCpus();

describe.each([
  ['percpu_hash', u32, (cpu: number) => cpu + 1],
  ['percpu_array', u64, (cpu: number) => BigInt(cpu + 1)],
  ['lru_percpu_hash', u64, (cpu: number) => BigInt(cpu + 1)],
] as const)('%s', (name, codec, valueOf) => {
  test('what is set for each processor is there, one by one and in a loop', () => {
    using maps = makeMaps('maps');
    const map = maps.perCpu<number, number | bigint>(name, u32, codec);
    const values = Array.from({ length: cpus }, (_, cpu) => valueOf(cpu));

    map.set(3, values);

    expect(map.get(3)).toEqual(values);
    expect([...map]).toContainEqual([3, values]);
    expect([...map].length).toBe(name === 'percpu_array' ? 4 : 1);
  });

  test('a list that is not as long as there are processors is refused', () => {
    using maps = makeMaps('maps');
    const map = maps.perCpu<number, number | bigint>(name, u32, codec);

    const tooMany = Array.from({ length: cpus + 1 }, (_, cpu) => valueOf(cpu));

    expect(() => map.set(0, tooMany)).toThrow(expect.objectContaining({ code: 'InvalidValue' }));
    expect(() => map.set(0, [])).toThrow(expect.objectContaining({ code: 'InvalidValue' }));
  });
});

test('a program counts in them, and the sum over the processors is right', () => {
  using pins = pinDirectory();
  const paths = { percpu_array: `${pins.path}/array`, percpu_hash: `${pins.path}/hash` };
  using ebpf = Ebpf.loadFile(objectFile('maps'), { pinnedMaps: paths });
  const codecs = { key: u32, value: u64 };
  using array = EbpfMap.fromPin<number, readonly bigint[]>(paths.percpu_array, codecs);
  using hash = EbpfMap.fromPin<number, readonly number[]>(paths.percpu_hash, {
    key: u32,
    value: u32,
  });
  hash.set(
    42,
    Array.from({ length: cpus }, () => 10),
  );
  const program = ebpf.program('count').asFEntry();
  program.load('vfs_rename');
  program.attach();

  renameFiles(5);

  expect(sum(array.get(1)?.map(Number))).toBe(5);
  expect(sum(hash.get(42))).toBe(5 + 10 * cpus);
});

function sum(values: readonly number[] = []): number {
  return values.reduce((total, value) => total + value, 0);
}

/** As the kernel writes it: `0-3`. */
function countPossibleCpus(): number {
  const text = readFileSync('/sys/devices/system/cpu/possible', 'utf8').trim();
  return Number(text.split('-').at(-1)) + 1;
}
