import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkGlobals } from '../../../src/bpf/check-globals.ts';
import { inspect } from '../../../src/bpf/inspect.ts';
import { digestObject } from '../../../src/manifest/digest.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import type { LoadedObject } from '../../../src/manifest/load-objects.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import type { GlobalValues } from '../../../src/state/object-settings.ts';
import { objectPath } from '../bpf/object-btf.ts';
import { diagnosticsOf, temporaryDirectory } from './sample.ts';

test('every mistake is told at its place, in one go', () => {
  const found = diagnosticsOf(() =>
    load(`
      u8: 256
      watched_uuid: 1000
      limits: [{ uid: 1 }, { uid: -1, naem: x }, { mode: SOMETIMES }]
      mode: 1.5
`),
  );

  expect(found.map(({ line, column, length, code }) => [line, column, length, code])).toEqual([
    [6, 11, 3, 'bad-global'],
    [7, 7, 12, 'no-such-global'],
    [8, 35, 2, 'bad-global'],
    [8, 39, 4, 'bad-global'],
    [8, 58, 9, 'bad-global'],
    [9, 13, 3, 'bad-global'],
  ]);
});

test('a program and a global that the object lacks are told together', () => {
  const found = diagnosticsOf(() => load('\n      nothing: 1\n', 'count_cal'));

  expect(found.map(({ code }) => code)).toEqual(['no-such-global', 'no-such-program']);
});

test.each<readonly [text: string, values: GlobalValues]>([
  ['u64: 18446744073709551615', { u64: 2n ** 64n - 1n }],
  ['u64: 0xFFFFffffFFFFffff', { u64: 2n ** 64n - 1n }],
  ['u64: 0o1000000000000000000000', { u64: 2n ** 64n / 2n }],
  ['s64: -9223372036854775808', { s64: -(2n ** 63n) }],
  ['u64: +9007199254740993', { u64: 9007199254740993n }],
  ['u64: 9007199254740991', { u64: Number.MAX_SAFE_INTEGER }],
  ['u128: 340282366920938463463374607431768211455', { u128: 2n ** 128n - 1n }],
  ['real: 1e20', { real: 1e20 }],
  ['yes: true', { yes: true }],
  ['mode: OFF', { mode: 'OFF' }],
  ['"prefix": "100"', { prefix: '100' }],
])('%s is what it says', (text, values) => {
  const [object] = load(`\n      ${text}\n`);

  expect(object?.image.settings).toEqual({ globals: values, maxEntries: {} });
});

test.each([
  ['u8: 1', 'u8: 2'],
  ['u64: 18446744073709551615', 'u64: 18446744073709551614'],
  ['real: .inf', 'real: .nan'],
  ['real: .inf', 'real: -.inf'],
  ['real: 0.0', 'real: -0.0'],
  ['limits: [{ uid: 1 }, {}, {}]', 'limits: [{ uid: 2 }, {}, {}]'],
  ['u8: 1', 'u16: 1'],
])('%s and %s are different instances', (one, other) => {
  expect(digestOf(one)).not.toBe(digestOf(other));
});

test.each([
  ['{ u8: 1, u16: 2 }', '{ u16: 2, u8: 1 }'],
  ['{ u8: 16 }', '{ u8: 0x10 }'],
  ['{ limits: [{ uid: 1, mode: ON }, {}, {}] }', '{ limits: [{ mode: ON, uid: 1 }, {}, {}] }'],
])('%s and %s are one', (one, other) => {
  expect(digestOf(one)).toBe(digestOf(other));
});

test('an object whose globals are left alone is what it is without them', () => {
  const [object] = load(' {}\n');

  expect(object?.image).toEqual({
    file: object?.image.file,
    bytes: object?.image.bytes,
    digest: digestObject(object?.image.bytes ?? new Uint8Array()),
  });
});

function digestOf(globals: string): string | undefined {
  return load(globals.startsWith('{') ? ` ${globals}\n` : `\n      ${globals}\n`)[0]?.image.digest;
}

/** The objects of a manifest whose "globals:" goes on with this text, from line 5. */
function load(globals: string, program = 'count_call'): readonly LoadedObject[] {
  using directory = temporaryDirectory();
  copyFileSync(objectPath('values'), `${directory.path}/values.bpf.o`);
  const head = 'version: 1\nobjects:\n  values:\n    file: values.bpf.o\n    globals:';
  const tail = `    programs: { ${program}: vfs_read }\n`;
  const manifest = loadManifest(directory.write('m.yaml', `${head}${globals}${tail}`));
  return loadObjects(manifest, { inspect, checkGlobals });
}
