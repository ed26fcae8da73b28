import { chmodSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { FEntry } from '../../src/bpf/programs/fentry.ts';
import { withoutPrivileges } from '../unit/manifest/sample.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import { bpftool, countRuns, linkIds, pinDirectory, renameFiles } from './support/kernel.ts';
import { openObject, runsOf } from './support/lifecycle.ts';

// What can be wrong with a pin, and with what is pinned there.

beforeAll(() => {
  countRuns();
  kernelBtf();
  openObject()[Symbol.dispose]();
});
useFdCount();

describe('a pin', () => {
  const places: readonly (readonly [what: string, path: (pins: string) => string, why: RegExp])[] =
    [
      ['outside of bpffs', () => '/tmp/program', /"\/tmp" is not in a BPF file system/],
      ['with a dot', (pins) => `${pins}/a.b`, /refuses names with a dot/],
      ['where something is', (pins) => `${pins}/taken`, /something is there already/],
      ['in no directory', (pins) => `${pins}/none/x`, /there is no directory ".*\/none"/],
      ['with a slash at its end', (pins) => `${pins}/x/`, /no slash at its end/],
      ['with a NUL', (pins) => `${pins}/a\0b`, /no NUL/],
    ];
  test.each(places)('%s is refused, and says so: program and link', (_, place, why) => {
    using pins = pinDirectory();
    using ebpf = openObject();
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');
    program.pin(`${pins.path}/taken`);
    program.unpin();
    using other = ebpf.program('returned').asFExit();
    other.load('vfs_rename');
    other.pin(`${pins.path}/taken`);
    using link = program.takeLink(program.attach());

    const errors = [
      errorOf(() => program.pin(place(pins.path))),
      errorOf(() => link.pin(place(pins.path))),
    ];

    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'InvalidPin',
        message: expect.stringMatching(why) as unknown,
      });
    }
    expect(runsOf(program, renameFiles)).toBe(1n);
  });

  test('behind a directory that the caller may not enter: its mode is told, not a capability', () => {
    using pins = pinDirectory();
    using ebpf = openObject();
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');
    program.pin(`${pins.path}/program`);
    chmodSync(pins.path, 0o700);

    const error = withoutPrivileges(() =>
      errorOf(() => FEntry.fromPin(`${pins.path}/program`)[Symbol.dispose]()),
    );

    expect(error.message).toMatch(/: "\/sys.*" has mode [01]700 and belongs to user 0 \(EACCES\)$/);
  });

  test.each([
    ['nothing', (pins: string) => `${pins}/nothing`, 'InvalidPin', /nothing is pinned there/],
    ['a link', (pins: string) => `${pins}/link`, 'InvalidPin', /is a link, not a program/],
    ['a directory', (pins: string) => pins, 'InvalidPin', /it is a directory/],
    ['all of bpffs', () => '/sys/fs/bpf', 'InvalidPin', /it is a directory/],
    [
      'an LSM program',
      (pins: string) => `${pins}/lsm`,
      'UnexpectedProgramType',
      /is a lsm program/,
    ],
  ] as const)('of %s is no fentry program', (_, place, code, message) => {
    using pins = pinDirectory();
    using ebpf = openObject();
    const lsm = ebpf.program('guarded').asLsm();
    lsm.load('inode_rename');
    lsm.pin(`${pins.path}/lsm`);
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');
    using _link = program.takeLink(program.attach()).pin(`${pins.path}/link`);

    const error = errorOf(() => FEntry.fromPin(place(pins.path)));

    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
  });

  test('of a fexit program is found out when it is attached as fentry, and nothing stays attached', () => {
    using pins = pinDirectory();
    using ebpf = openObject();
    const returned = ebpf.program('returned').asFExit();
    returned.load('vfs_rename');
    returned.pin(`${pins.path}/program`);
    using wrong = FEntry.fromPin(`${pins.path}/program`);
    const before = linkIds();

    const error = errorOf(() => wrong.attach());

    expect(error).toMatchObject({ code: 'UnexpectedProgramType' });
    expect(linkIds()).toEqual(before);
  });

  test('that somebody else made of a link keeps it attached, and detach says so', () => {
    using pins = pinDirectory();
    using ebpf = openObject();
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');
    const linkId = program.attach();
    const link = bpftool<null>('link', 'pin', 'id', String(linkId), `${pins.path}/link`);

    const error = errorOf(() => program.detach(linkId));

    expect(link).toBeNull();
    expect(error).toMatchObject({ code: 'DetachFailed' });
    expect(runsOf(program, renameFiles)).toBe(1n);
  });
});

test('a program that was closed while pinned, and loaded anew, can be pinned anew', () => {
  using pins = pinDirectory();
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rename');
  program.pin(`${pins.path}/old`);
  program[Symbol.dispose]();
  program.load('vfs_rmdir');

  program.pin(`${pins.path}/new`);

  using old = FEntry.fromPin(`${pins.path}/old`);
  expect(old.info().id).not.toBe(program.info().id);
});
