import { expect, test } from 'vitest';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { codecsOf } from '../../src/bpf/maps/codecs-of.ts';
import { EbpfMap } from '../../src/bpf/maps/ebpf-map.ts';
import { withoutPrivileges } from '../unit/manifest/sample.ts';
import { u32, u64 } from './support/codecs.ts';
import { useFdCount } from './support/fds.ts';
import { objectFile, pinDirectory } from './support/kernel.ts';

// Maps that are opened from bpffs, and typed by what the kernel knows of them.

useFdCount();

test("the map's own BTF says what keys and values are", () => {
  using pinned = pinMaps('hash', 'large_hash', 'percpu_array', 'lpm_trie');
  using hash = EbpfMap.fromPin(pinned.pin('hash'));
  using large = EbpfMap.fromPin(pinned.pin('large_hash'));
  using perCpu = EbpfMap.fromPin<number, readonly bigint[]>(pinned.pin('percpu_array'));
  using trie = EbpfMap.fromPin(pinned.pin('lpm_trie'));

  hash.set({ uid: 1, name: 'alice' }, { count: 1n, last: 2 });
  large.set(7, 8n);
  trie.set({ length: 8, address: Uint8Array.of(10, 0, 0, 0) }, 9n);

  expect([...hash]).toEqual([
    [
      { uid: 1, name: 'alice' },
      { count: 1n, last: 2, spare: 0 },
    ],
  ]);
  expect([...large]).toEqual([[7, 8n]]);
  expect(perCpu.get(0)?.[0]).toBe(0n);
  expect(trie.get({ length: 32, address: Uint8Array.of(10, 1, 2, 3) })).toBe(9n);
});

test('what does not fit the type is refused, and says where', () => {
  using pinned = pinMaps('hash');
  using map = EbpfMap.fromPin(pinned.pin('hash'));

  expect(() => map.get({ uid: -1, name: 'alice' })).toThrow(
    expect.objectContaining({
      code: 'InvalidValue',
      message: expect.stringContaining('uid') as unknown,
    }),
  );
});

test('a map without BTF gives bytes', () => {
  const name = 'untyped_with_a_long_name';
  using pinned = pinMaps(name);
  using map = EbpfMap.fromPin(pinned.pin(name));

  map.set(Uint8Array.of(1, 0, 0, 0), Uint8Array.of(2, 0, 0, 0));

  expect([...map]).toEqual([[Uint8Array.of(1, 0, 0, 0), Uint8Array.of(2, 0, 0, 0)]]);
});

test("without CAP_SYS_ADMIN nobody may read a map's BTF: bytes", () => {
  using pinned = pinMaps('large_hash');
  using map = EbpfMap.fromPin(pinned.pin('large_hash'));
  const info = map.info();

  const { key, value } = withoutPrivileges(() => codecsOf(info));

  expect(info.btf).toBeDefined();
  expect(key.decode(u32.encode(1))).toEqual(Uint8Array.of(1, 0, 0, 0));
  expect(value.decode(u64.encode(1n))).toEqual(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
});

test('codecs that are given go before the BTF', () => {
  using pinned = pinMaps('large_hash');
  using map = EbpfMap.fromPin(pinned.pin('large_hash'), {
    key: { ...u32, decode: (bytes: Uint8Array) => BigInt(u32.decode(bytes)) },
  });

  map.set(1, 2n);

  expect([...map]).toEqual([[1n, 2n]]);
});

test('it is named as the kernel cut it, or as it is told', () => {
  const whole = 'untyped_with_a_long_name';
  using pinned = pinMaps(whole);
  using map = EbpfMap.fromPin(pinned.pin(whole));
  using named = EbpfMap.fromPin(pinned.pin(whole), { name: whole });

  expect(map.name).toBe('untyped_with_a_');
  expect(named.name).toBe(whole);
});

test('two fds of one map see the same; closing one leaves the other', () => {
  using pinned = pinMaps('large_hash');
  const given = { key: u32, value: u64 };
  const first = EbpfMap.fromPin<number, bigint>(pinned.pin('large_hash'), given);
  using second = EbpfMap.fromPin<number, bigint>(pinned.pin('large_hash'), given);

  first.set(1, 2n);
  first[Symbol.dispose]();

  expect(second.get(1)).toBe(2n);
  expect(() => first.get(1)).toThrow(expect.objectContaining({ code: 'Closed' }));
});

test('what is no map, or not there, or does not fit, is refused and leaves no fd open', () => {
  using pinned = pinMaps('large_hash');
  const program = pinned.ebpf.program('count').asFEntry();
  program.load('vfs_rename');
  program.pin(pinned.pin('program'));

  expect(() => EbpfMap.fromPin(pinned.pin('program'))).toThrow(
    expect.objectContaining({
      code: 'InvalidPin',
      message: `"${pinned.pin('program')}" is a program, not a map`,
    }),
  );
  expect(() => EbpfMap.fromPin(pinned.pin('nothing'))).toThrow(
    expect.objectContaining({ code: 'InvalidPin' }),
  );
  expect(() => EbpfMap.fromPin(pinned.pin('large_hash'), { key: u64 })).toThrow(
    expect.objectContaining({ code: 'InvalidValue' }),
  );
});

/** Maps of the object, pinned under their names. */
function pinMaps(
  ...names: readonly string[]
): Disposable & { readonly ebpf: Ebpf; readonly pin: (name: string) => string } {
  const pins = pinDirectory();
  const pin = (name: string): string => `${pins.path}/${name}`;
  const pinnedMaps = Object.fromEntries(names.map((name) => [name, pin(name)]));
  const ebpf = Ebpf.loadFile(objectFile('maps'), { pinnedMaps });
  return {
    ebpf,
    pin,
    [Symbol.dispose]: () => {
      ebpf[Symbol.dispose]();
      pins[Symbol.dispose]();
    },
  };
}
