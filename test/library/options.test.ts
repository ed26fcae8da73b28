import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { Btf } from '../../src/bpf/btf/btf.ts';
import type { EbpfOptions } from '../../src/bpf/ebpf.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import { bpftool, objectFile, pinDirectory, programIds, renameFiles } from './support/kernel.ts';
import { openObject } from './support/lifecycle.ts';

// How an object is loaded: its maps are made, its globals set, and none of its programs is in the kernel yet.

beforeAll(() => {
  kernelBtf();
  openObject()[Symbol.dispose]();
});
useFdCount();

test('maps are made, and no program is loaded', () => {
  const before = programIds();

  using ebpf = openObject();

  expect(ebpf.maps().map(({ name }) => name)).toEqual(
    expect.arrayContaining(['runs', '.bss', '.rodata']),
  );
  expect(ebpf.map('runs').info()).toMatchObject({ type: 'array', maxEntries: 8 });
  expect(programIds()).toEqual(before);
});

test.each([
  ['no ELF file', Buffer.from('text'), 'InvalidObject'],
  ['nothing', Buffer.alloc(0), 'InvalidObject'],
])('%s is no object', (_, bytes, code) => {
  expect(errorOf(() => Ebpf.load(bytes))).toMatchObject({ code });
});

describe('globals', () => {
  test('are set before anything runs, and are what a program sees', () => {
    using ebpf = openObject({ globals: { step: 5 } });
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');
    program.attach();

    renameFiles(2);

    expect(ebpf.map('runs').get(0)).toBe(10n);
    expect(ebpf.map('.rodata').get(0)).toMatchObject({ step: 5, deny: false });
  });

  test('of every kind of type arrive in the kernel as they were given', () => {
    const globals = {
      u8: 1,
      s8: -1,
      u16: 2,
      s16: -2,
      u32: 3,
      s32: -3,
      u64: 2n ** 64n - 1n,
      s64: -(2n ** 63n),
      yes: false,
      mode: 'ON',
      change: 'UP',
      prefix: '/var/log',
      mac: Uint8Array.of(6, 5, 4, 3, 2, 1),
      watched_uid: 0,
      limits: [
        { uid: 7, mode: 'OFF', name: 'seven' },
        { uid: 8, mode: 'AUTO', name: '' },
        { uid: 9, mode: 'ON', name: 'nine' },
      ],
    };

    using ebpf = Ebpf.loadFile(objectFile('values'), { globals });

    expect(ebpf.map('.rodata').get(0)).toMatchObject(globals);
  });

  test.each([
    ['out of range', { u8: 256 }, 'InvalidValue', /"u8".*unsigned char|"u8".*__u8/],
    ['negative', { u64: -1n }, 'InvalidValue', /"u64".*(?:unsigned long long|__u64)/],
    ['of another type', { yes: 'true' }, 'InvalidValue', /"yes".*_Bool/],
    ['no name of the enum', { mode: 'OM' }, 'InvalidValue', /"mode".*enum mode/],
    ['too long', { prefix: 'a string that does not fit' }, 'InvalidValue', /"prefix".*char\[16\]/],
    ['within a struct', { limits: [{ uid: -1 }, {}, {}] }, 'InvalidValue', /limits\[0\]\.uid/],
    ['unknown', { watched_uidd: 1 }, 'UnknownGlobal', /no global variable "watched_uidd"/],
  ])('%s is refused, and nothing is in the kernel', (_, globals, code, message) => {
    const before = mapIds();

    const error = errorOf(() => Ebpf.loadFile(objectFile('values'), { globals }));

    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    expect(mapIds()).toEqual(before);
  });
});

describe('maps', () => {
  test('maxEntries', () => {
    using ebpf = openObject({ maxEntries: { runs: 100 } });

    expect(ebpf.map('runs').info()).toMatchObject({ maxEntries: 100 });
  });

  test('pinnedMaps: made and pinned the first time, the same map the second', () => {
    using pins = pinDirectory();
    const pinnedMaps = { runs: `${pins.path}/runs` };
    using first = openObject({ pinnedMaps });
    first.map('runs').set(7, 77n);

    using second = openObject({ pinnedMaps });

    expect(second.map('runs').get(7)).toBe(77n);
    expect(second.map('runs').info().id).toBe(first.map('runs').info().id);
  });

  test('pinnedMaps: one of another shape is refused, both are shown, and the pin stays', () => {
    using pins = pinDirectory();
    const pinnedMaps = { runs: `${pins.path}/runs` };
    using _first = openObject({ pinnedMaps });

    const error = errorOf(() => openObject({ pinnedMaps, maxEntries: { runs: 9 } }));

    expect(error).toMatchObject({
      code: 'MapFailed',
      hint: expect.stringMatching(/8 entries.*9 entries|9 entries.*8 entries/) as unknown,
    });
    expect(existsSync(pinnedMaps.runs)).toBe(true);
  });

  test('pinnedMaps: what is no map is refused', () => {
    using pins = pinDirectory();
    const pin = `${pins.path}/program`;
    using ebpf = openObject();
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');
    program.pin(pin);

    expect(errorOf(() => openObject({ pinnedMaps: { runs: pin } }))).toMatchObject({
      code: 'MapFailed',
      hint: 'that is a program, not a map',
    });
  });

  test('mapPinPath: where maps go that ask to be pinned by their name', () => {
    using pins = pinDirectory();

    using _ebpf = Ebpf.loadFile(objectFile('pinned-by-name'), { mapPinPath: pins.path });

    expect(existsSync(`${pins.path}/shared_hits`)).toBe(true);
  });

  test('a failure takes back the pins that were made', () => {
    using pins = pinDirectory();
    const pinnedMaps = { runs: `${pins.path}/runs`, '.rodata': `${pins.path}/no/such/rodata` };

    const error = errorOf(() => openObject({ pinnedMaps }));

    expect(error).toMatchObject({ code: 'MapFailed' });
    expect(existsSync(pinnedMaps.runs)).toBe(false);
  });

  test.each<readonly [string, EbpfOptions]>([
    ['maxEntries', { maxEntries: { rums: 1 } }],
    ['pinnedMaps', { pinnedMaps: { rums: '/sys/fs/bpf/rums' } }],
  ])('%s of a map that there is not', (_, options) => {
    expect(errorOf(() => openObject(options))).toMatchObject({
      code: 'UnknownMap',
      hint: 'did you mean "runs"?',
    });
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 32 + 8])('maxEntries of %d is refused', (count) => {
    expect(errorOf(() => openObject({ maxEntries: { runs: count } }))).toMatchObject({
      code: 'InvalidValue',
      message: expect.stringContaining(`not ${count}`) as unknown,
    });
  });

  test('a place that bpffs refuses is named', () => {
    const pin = '/sys/fs/bpf/a.b';

    expect(errorOf(() => openObject({ pinnedMaps: { runs: pin } }))).toMatchObject({
      code: 'MapFailed',
      message: expect.stringContaining(pin) as unknown,
    });
  });

  test('those of data sections have their names whatever the object is called', () => {
    using ebpf = openObject({ name: 'my.object', globals: { step: 5 } });

    expect(ebpf.map('.rodata').get(0)).toMatchObject({ step: 5 });
  });

  test('an unknown one suggests near ones', () => {
    using ebpf = openObject();

    expect(errorOf(() => ebpf.map('run'))).toMatchObject({
      code: 'UnknownMap',
      hint: 'did you mean "runs"?',
    });
  });
});

describe('programs', () => {
  test('only those that are named are made ready', () => {
    using ebpf = openObject({ programs: ['entered'] });

    ebpf.program('entered').asFEntry().load('vfs_rename');

    expect(errorOf(() => ebpf.program('returned').asFExit())).toMatchObject({
      code: 'UnknownProgram',
      hint: expect.stringContaining('"programs"') as unknown,
    });
  });

  test('an unknown one suggests near ones', () => {
    expect(errorOf(() => openObject({ programs: ['enterd'] }))).toMatchObject({
      code: 'UnknownProgram',
      hint: 'did you mean "entered"?',
    });
  });
});

describe('btf', () => {
  test('to relocate against, by path or as it was read', () => {
    using _path = openObject({ btf: '/sys/kernel/btf/vmlinux' });
    using _read = openObject({ btf: Btf.fromPath('/sys/kernel/btf/vmlinux') });
  });

  test('that is not there', () => {
    expect(errorOf(() => openObject({ btf: '/no/such/btf' }))).toMatchObject({ code: 'MapFailed' });
  });
});

describe('verifierLogLevel', () => {
  test.each([
    [0, ''],
    [1, 'processed'],
  ])('%d', (verifierLogLevel, text) => {
    using ebpf = openObject({ verifierLogLevel });
    const program = ebpf.program('entered').asFEntry();

    program.load('vfs_rename');

    expect(program.verifierLog).toEqual(text === '' ? '' : expect.stringContaining(text));
  });

  test.each([-1, 8, 0.5])('%d is refused', (verifierLogLevel) => {
    expect(errorOf(() => openObject({ verifierLogLevel }))).toMatchObject({ code: 'InvalidValue' });
  });

  test('a log that was asked for and is too long is no rejection', () => {
    using ebpf = Ebpf.loadFile(objectFile('talkative'), { verifierLogLevel: 1 });

    const error = errorOf(() => ebpf.program('fine').asFEntry().load('vfs_rename'));

    expect(error).toMatchObject({ code: 'LoadFailed', hint: expect.any(String) as unknown });
  });

  test('a rejection says why, however long its log would be', () => {
    using ebpf = Ebpf.loadFile(objectFile('talkative'));

    const error = errorOf(() => ebpf.program('wrong').asFEntry().load('vfs_rename'));

    expect(error).toMatchObject({
      code: 'VerifierRejected',
      message: expect.stringMatching(/invalid mem access/) as unknown,
    });
  });

  test('a rejection has the whole log without being asked', () => {
    using ebpf = Ebpf.loadFile(objectFile('rejected'));

    const error = errorOf(() => ebpf.program('bad').asFEntry().load('vfs_rename'));

    expect(error).toMatchObject({
      code: 'VerifierRejected',
      log: expect.stringMatching(/\nprocessed \d+ insns/) as unknown,
    });
  });
});

function mapIds(): readonly number[] {
  return bpftool<readonly { readonly id: number }[]>('map', 'list').map(({ id }) => id);
}
