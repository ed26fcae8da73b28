import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import type { EbpfErrorCode } from '../../src/bpf/ebpf-error.ts';
import { PinnedLink } from '../../src/bpf/links/link.ts';
import { FEntry } from '../../src/bpf/programs/fentry.ts';
import { FExit } from '../../src/bpf/programs/fexit.ts';
import type { TracingProgram } from '../../src/bpf/programs/tracing-program.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import {
  bpftool,
  countRuns,
  isLinux,
  linkIds,
  objectFile,
  pinDirectory,
  programIds,
  renameFiles,
} from './support/kernel.ts';
import { openObject, runsOf } from './support/lifecycle.ts';

// The life of a program: load, attach, detach, take a link, pin, unload, and all that can be wrong on the way.

beforeAll(() => {
  countRuns();
  kernelBtf(); // read once for the process: its fd and time must not count in a test
  Ebpf.loadFile(objectFile('lifecycle'))[Symbol.dispose](); // so do libbpf's probes of the kernel
});
useFdCount();

const kinds = [
  ['FEntry', 'entered', (ebpf: Ebpf) => ebpf.program('entered').asFEntry(), FEntry],
  ['FExit', 'returned', (ebpf: Ebpf) => ebpf.program('returned').asFExit(), FExit],
] as const;

describe.each(kinds)('%s', (_, name, open, Class) => {
  test('says what the kernel calls such a program', () => {
    expect(Class.programType).toBe('tracing');
  });

  test('load: the kernel has it, for that function, and it does not run yet', () => {
    using ebpf = openObject();
    const program = open(ebpf);

    program.load('vfs_rename');

    renameFiles();
    const btfId = kernelBtf().idOf('vfs_rename');
    expect(program.info()).toMatchObject({
      name,
      type: 'tracing',
      runCount: 0n,
      attachBtfId: isLinux(6, 0) ? btfId : undefined,
    });
    expect(bpftool('prog', 'show', 'id', String(program.info().id))).toMatchObject({ name });
  });

  test('attach: it runs; detach: it is gone from the kernel, and runs no more', () => {
    using ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');

    const linkId = program.attach();

    expect(runsOf(program, () => renameFiles(3))).toBe(3n);
    expect(linkIds()).toContain(linkId);
    program.detach(linkId);
    expect(linkIds()).not.toContain(linkId);
    expect(runsOf(program, () => renameFiles(3))).toBe(0n);
  });

  test.runIf(isLinux(5, 13))('what was detached can be attached again (Linux 5.13)', () => {
    using ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');
    program.detach(program.attach());

    program.attach();

    expect(runsOf(program, renameFiles)).toBe(1n);
  });

  test('takeLink: the link outlives the program, until it is disposed of', () => {
    using ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');

    const link = program.takeLink(program.attach());
    const { id } = link.info();
    program.unload();

    expect(linkIds()).toContain(id);
    expect(link.info()).toMatchObject({
      type: 'tracing',
      attachType: Class === FEntry ? 'fentry' : 'fexit',
    });
    link[Symbol.dispose]();
    expect(linkIds()).not.toContain(id);
  });

  test('unload: tracked links are detached, and it can be loaded again, for another function', () => {
    using ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');
    const linkId = program.attach();
    const { id } = program.info();

    program.unload();

    expect(linkIds()).not.toContain(linkId);
    expect(programIds()).not.toContain(id);
    program.load('vfs_rmdir');
    expect(program.info().id).not.toBe(id);
  });

  test('pin: it stays loaded; fromPin opens it, and it can be attached again; unpin lets it go', () => {
    using pins = pinDirectory();
    const pin = `${pins.path}/program`;
    const ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');
    const { id } = program.info();

    program.pin(pin);
    ebpf[Symbol.dispose]();

    const pinned = Class.fromPin(pin);
    expect(pinned.info().id).toBe(id);
    pinned.attach();
    expect(runsOf(pinned, renameFiles)).toBe(1n);
    pinned.unpin();
    expect(existsSync(pin)).toBe(false);
    pinned[Symbol.dispose]();
    expect(programIds()).not.toContain(id);
  });

  test('fromProgramInfo opens what the kernel told of', () => {
    using ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');

    using again = Class.fromProgramInfo(program.info(), name);

    expect(again.info()).toMatchObject({ id: program.info().id, name });
    again.attach();
    expect(runsOf(program, renameFiles)).toBe(1n);
  });

  test('a link that is pinned stays attached; unpinned and disposed of, it goes', () => {
    using pins = pinDirectory();
    const pin = `${pins.path}/link`;
    const ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');
    const { id } = program.info();
    using made = program.takeLink(program.attach()).pin(pin);

    ebpf[Symbol.dispose]();

    using pinned = PinnedLink.fromPin(pin);
    expect(pinned.info()).toMatchObject({ id: made.id, programId: id });
    made[Symbol.dispose]();
    using link = pinned.unpin();
    expect(existsSync(pin)).toBe(false);
    expect(linkIds()).toContain(link.id);
    link.detach();
    expect(linkIds()).not.toContain(link.id);
    expect(programIds()).not.toContain(id);
  });

  test('dispose unloads and detaches', () => {
    const ebpf = openObject();
    const program = open(ebpf);
    program.load('vfs_rename');
    const linkId = program.attach();
    const { id } = program.info();

    ebpf[Symbol.dispose]();

    expect(linkIds()).not.toContain(linkId);
    expect(programIds()).not.toContain(id);
  });

  test('load, attach and detach without blocking', async () => {
    using ebpf = openObject();
    const program = open(ebpf);

    await program.loadAsync('vfs_rename');
    const linkId = await program.attachAsync();

    expect(runsOf(program, renameFiles)).toBe(1n);
    await program.detachAsync(linkId);
    expect(linkIds()).not.toContain(linkId);
  });

  const refusals: readonly (readonly [
    what: string,
    code: EbpfErrorCode,
    call: (program: TracingProgram, pins: string) => unknown,
  ])[] = [
    ['fd before load', 'NotLoaded', (program) => program.fd],
    ['info before load', 'NotLoaded', (program) => program.info()],
    ['attach before load', 'NotLoaded', (program) => program.attach()],
    ['unload before load', 'NotLoaded', (program) => program.unload()],
    ['pin before load', 'NotLoaded', (program, pins) => program.pin(`${pins}/x`)],
    ['unpin without a pin', 'InvalidPin', (program) => program.unpin()],
    [
      'load twice',
      'AlreadyLoaded',
      (program) => {
        program.load('vfs_rename');
        program.load('vfs_rmdir');
      },
    ],
    [
      'attach twice',
      'AlreadyAttached',
      (program) => {
        program.load('vfs_rename');
        program.attach();
        program.attach();
      },
    ],
    [
      'detach twice',
      'NotAttached',
      (program) => {
        program.load('vfs_rename');
        const linkId = program.attach();
        program.detach(linkId);
        program.detach(linkId);
      },
    ],
    [
      'take a link twice',
      'NotAttached',
      (program) => {
        program.load('vfs_rename');
        const linkId = program.attach();
        program.takeLink(linkId).detach();
        program.takeLink(linkId);
      },
    ],
    [
      'a function that does not exist',
      'UnknownType',
      (program) => program.load('no_such_function'),
    ],
    [
      'pin twice',
      'InvalidPin',
      (program, pins) => {
        program.load('vfs_rename');
        program.pin(`${pins}/once`);
        program.pin(`${pins}/twice`);
      },
    ],
  ];
  test.each(refusals)('%s is %s', (_what, code, call) => {
    using pins = pinDirectory();
    using ebpf = openObject();

    expect(errorOf(() => call(open(ebpf), pins.path))).toMatchObject({ code });
  });
});
