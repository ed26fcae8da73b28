import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkGlobals } from '../../../src/bpf/check-globals.ts';
import { inspect } from '../../../src/bpf/inspect.ts';
import { requirePinsElsewhere } from '../../../src/manifest/check-pins.ts';
import { digestObject } from '../../../src/manifest/digest.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import type { LoadedManifest } from '../../../src/manifest/load-manifest.ts';
import type { LoadedObject } from '../../../src/manifest/load-objects.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { resolve } from '../../../src/manifest/resolve.ts';
import { defaultRoot } from '../../../src/state/pin-layout.ts';
import type { DesiredMap } from '../../../src/state/desired.ts';
import { objectPath } from '../bpf/object-btf.ts';
import { targetSources } from './catalog.ts';
import { diagnosticsOf, temporaryDirectory } from './sample.ts';
import type { Directory } from './sample.ts';

test.each<readonly [settings: string, found: string]>([
  ['hsah: {}', '6:7 no-such-map: the object has no map "hsah"; did you mean "hash"?'],
  ['.rodata: {}', '6:7 no-such-map: the object has no map ".rodata"'],
  ['hash: { pin: shared/hash }', '6:20 bad-name: "shared/hash" is not a pin path'],
  ['hash: { pin: /sys/fs/bpf/a.b }', '6:20 bad-name: "/sys/fs/bpf/a.b" is not a pin path'],
  ['hash: { pin: /sys/fs/bpf/../x }', '6:20 bad-name: "/sys/fs/bpf/../x" is not a pin path'],
  ['hash: { pin: /sys/fs/bpf/x/ }', '6:20 bad-name: "/sys/fs/bpf/x/" is not a pin path'],
  ['hash: { max_entries: 0 }', '6:28 too-small: "max_entries" must not be below 1'],
  [
    'hash: { max_entries: 4294967296 }',
    '6:28 too-large: "max_entries" must not be above 4294967295',
  ],
  ['hash: { on_change: keep }', '6:26 bad-choice: "on_change" must be "refuse" or "recreate"'],
  ['hash: { size: 4 }', '6:15 unknown-key: unknown key "size"'],
  [
    'hash: { pin: /sys/fs/bpf/x, on_change: recreate }',
    '6:35 shared-and-recreated: a map with a "pin" belongs to others too',
  ],
])('%s', (settings, found) => {
  const problems = diagnosticsOf(() => load(settings)).map(
    ({ line, column, code, message, hint }) =>
      `${line}:${column} ${code}: ${message}; ${hint ?? ''}`,
  );

  expect(problems).toEqual([expect.stringContaining(found)]);
});

test('internal maps have no settings', () => {
  const [found] = diagnosticsOf(() => load('.bss: { max_entries: 2 }', 'values', 'count_call'));

  expect(found).toMatchObject({ line: 6, column: 7, code: 'internal-map' });
  expect(found?.hint).toContain('"globals"');
});

test('what is not said is as the object has it', () => {
  expect(desired('hash: {}', 'hash')).toMatchObject({
    shape: { type: 'hash', keySize: 3, valueSize: 5, maxEntries: 7, flags: 0 },
    sharedAt: undefined,
    recreate: false,
  });
});

test.each<readonly [settings: string, name: string, maxEntries: number]>([
  ['hash: { max_entries: 64 }', 'hash', 64],
  ['ring: { max_entries: 4097 }', 'ring', 8192], // rounded by libbpf, in pages of this machine
  ['hash: { pin: /sys/fs/bpf/x/y, max_entries: 8 }', 'hash', 8],
])('%s: "%s" has room for %d', (settings, name, maxEntries) => {
  expect(desired(settings, name).shape.maxEntries).toBe(maxEntries);
});

test('the image says what is loaded otherwise, and is another instance', () => {
  const [object] = load('hash: { max_entries: 64, on_change: recreate }');

  expect(object?.image.settings).toEqual({ globals: {}, maxEntries: { hash: 64 } });
  expect(object?.image.digest).not.toBe(digestObject(object?.image.bytes ?? new Uint8Array()));
});

test.each([
  ['hash: { max_entries: 64 }', 'hash: { max_entries: 65 }'],
  ['hash: { max_entries: 64 }', 'lru_hash: { max_entries: 64 }'],
  ['hash: { pin: /sys/fs/bpf/x }', 'hash: { pin: /sys/fs/bpf/y }'],
  ['hash: { pin: /sys/fs/bpf/x }', 'hash: {}'],
])('%s and %s are different instances', (one, other) => {
  expect(load(one)[0]?.image.digest).not.toBe(load(other)[0]?.image.digest);
});

test('what happens on a change does not make another instance', () => {
  const [one] = load('hash: { on_change: recreate }');

  expect(one?.image.digest).toBe(load('hash: {}')[0]?.image.digest);
});

test('two maps that share a pin must be alike', () => {
  const both = 'hash: { pin: /sys/fs/bpf/x }\n      lru_hash: { pin: /sys/fs/bpf/x }';
  const alike = 'queue: { pin: /sys/fs/bpf/x }\n      ring: { pin: /sys/fs/bpf/y }';

  const [found] = diagnosticsOf(() => load(both));

  expect(found).toMatchObject({ line: 7, column: 24, code: 'unlike-maps' });
  expect(found?.message).toContain('of "it/hash"');
  expect(diagnosticsOf(() => load(alike))).toEqual([]);
});

test.each([
  ['/sys/fs/bpf/fentryctl', false],
  ['/sys/fs/bpf/fentryctl/other/maps/a/b', false],
  ['/sys/fs/bpf/fentryctl2/x', true],
])('%s as a pin: %s', (pin, isFine) => {
  using directory = temporaryDirectory();
  const loaded = manifest(`hash: { pin: ${pin} }`, directory);

  const found = diagnosticsOf(() => requirePinsElsewhere(loaded, defaultRoot));

  expect(found.map(({ line, column, code }) => [line, column, code])).toEqual(
    isFine ? [] : [[6, 20, 'pin-below-root']],
  );
});

function desired(settings: string, name: string): DesiredMap {
  using directory = temporaryDirectory();
  const loaded = manifest(settings, directory);
  const { objects } = resolve(loaded, read(loaded), targetSources());
  const found = objects[0]?.maps.find((map) => map.name === name);
  if (found === undefined) throw new Error(`no map "${name}"`);
  return found;
}

function load(settings: string, object?: string, program?: string): readonly LoadedObject[] {
  using directory = temporaryDirectory();
  return read(manifest(settings, directory, object, program));
}

function read(loaded: LoadedManifest): readonly LoadedObject[] {
  return loadObjects(loaded, { inspect, checkGlobals });
}

/** A manifest whose "maps:" begins in line 6. */
function manifest(
  settings: string,
  directory: Directory,
  object = 'map-shapes',
  program = 'nothing',
): LoadedManifest {
  copyFileSync(objectPath(object), `${directory.path}/it.bpf.o`);
  const head = 'version: 1\nobjects:\n  it:\n    file: it.bpf.o\n    maps:\n';
  const tail = `\n    programs: { ${program}: vfs_read }\n`;
  return loadManifest(directory.write('m.yaml', `${head}      ${settings}${tail}`));
}
