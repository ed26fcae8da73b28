import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { FModRet } from '../../src/bpf/programs/fmod-ret.ts';
import { Lsm } from '../../src/bpf/programs/lsm.ts';
import { useFdCount } from './support/fds.ts';
import { errorOf } from './support/errors.ts';
import { countRuns, isLinux, objectFile, renameFiles } from './support/kernel.ts';

// What an object's programs can be used as, and what each kind does.

beforeAll(() => {
  countRuns();
  kernelBtf();
  Ebpf.loadFile(objectFile('lifecycle'))[Symbol.dispose]();
});
useFdCount();

describe('the programs of an object', () => {
  test('with their sections, kinds and targets', () => {
    using ebpf = openObject();

    const found = ebpf
      .programs()
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, section, kind, sectionTarget }) => [name, section, kind, sectionTarget]);

    expect(found).toEqual([
      ['entered', 'fentry/vfs_rename', 'fentry', 'vfs_rename'],
      ['guarded', 'lsm/inode_rename', 'lsm', 'inode_rename'],
      ['misinformed', 'fentry/vfs_rename', 'fentry', 'vfs_rename'],
      ['modified', 'fmod_ret/security_inode_rename', 'fmod_ret', 'security_inode_rename'],
      ['returned', 'fexit/vfs_rename', 'fexit', 'vfs_rename'],
      ['sleeping', 'lsm.s/inode_rename', 'lsm', 'inode_rename'],
      ['with_cookie', 'fentry/vfs_rename', 'fentry', 'vfs_rename'],
    ]);
  });

  test('an unknown name suggests near ones', () => {
    using ebpf = openObject();

    expect(errorOf(() => ebpf.program('enterd'))).toMatchObject({
      code: 'UnknownProgram',
      message: 'the object has no program "enterd"',
      hint: 'did you mean "entered"?',
    });
  });

  test('the same program whenever it is asked; a duplicate is another', () => {
    using ebpf = openObject();
    const program = ebpf.program('entered');

    expect(program.asFEntry()).toBe(ebpf.program('entered').asFEntry());
    expect(program.duplicate().asFEntry()).not.toBe(program.asFEntry());
  });

  test.each([
    ['entered', 'asFExit'],
    ['returned', 'asFEntry'],
    ['modified', 'asFEntry'],
    ['guarded', 'asFModRet'],
    ['entered', 'asLsm'],
  ] as const)('%s.%s() is an unexpected type', (name, as) => {
    using ebpf = openObject();

    expect(errorOf(() => ebpf.program(name)[as]())).toMatchObject({
      code: 'UnexpectedProgramType',
      message: expect.stringContaining(ebpf.program(name).section) as unknown,
    });
  });

  test('a kprobe is no tracing program', () => {
    using ebpf = Ebpf.loadFile(objectFile('kprobe'));
    const [program] = ebpf.programs();

    expect(program).toMatchObject({ kind: undefined });
    expect(errorOf(() => program?.asTracing())).toMatchObject({ code: 'UnexpectedProgramType' });
  });

  test('one that was left out says so', () => {
    using ebpf = Ebpf.loadFile(objectFile('lifecycle'), { programs: ['returned'] });

    expect(errorOf(() => ebpf.program('entered').asFEntry())).toMatchObject({
      code: 'UnknownProgram',
      hint: expect.stringContaining('"programs"') as unknown,
    });
  });

  test('nothing can be loaded once the object is closed', () => {
    const ebpf = openObject();
    const program = ebpf.program('entered').asFEntry();
    ebpf[Symbol.dispose]();

    expect(errorOf(() => program.load('vfs_rename'))).toMatchObject({ code: 'Closed' });
  });
});

describe('fentry', () => {
  test('a program that reads what this kernel does not have', () => {
    using ebpf = openObject();
    const program = ebpf.program('misinformed').asFEntry();

    const error = errorOf(() => program.load('vfs_rename'));

    expect(error).toMatchObject({
      code: 'VerifierRejected',
      message: expect.stringMatching(/type or field that this kernel does not have/) as unknown,
      log: expect.stringContaining('unknown#195896080') as unknown,
    });
  });

  test.runIf(isLinux(5, 19))('a cookie (Linux 5.19)', () => {
    using ebpf = openObject();
    const program = ebpf.program('with_cookie').asFEntry();
    program.load('vfs_rename');

    const linkId = program.attach({ cookie: 0xfeed_0123_4567_89abn });

    renameFiles();
    expect(ebpf.map('.bss').get(0)).toMatchObject({ last_cookie: 0xfeed_0123_4567_89abn });
    program.detach(linkId);
  });

  test.each([-1n, 2n ** 64n])('no cookie of %d', (cookie) => {
    using ebpf = openObject();
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');

    expect(errorOf(() => program.attach({ cookie }))).toMatchObject({ code: 'InvalidValue' });
  });
});

describe('fmod_ret', () => {
  test('runs before a function, and can return in its place', () => {
    writeFileSync('/tmp/kept', '');
    using allowing = openObject();
    const counts = allowing.program('modified').asFModRet();
    counts.load('security_inode_rename');
    counts.attach();
    renameSync('/tmp/kept', '/tmp/moved');
    using denying = Ebpf.loadFile(objectFile('lifecycle'), { globals: { deny: true } });
    const denies = denying.program('modified').asFModRet();
    denies.load('security_inode_rename');

    const linkId = denies.attach();

    expect(() => renameSync('/tmp/moved', '/tmp/kept')).toThrow(/EPERM/);
    denies.detach(linkId);
    renameSync('/tmp/moved', '/tmp/kept');
    rmSync('/tmp/kept');
    expect(counts.info().runCount).toBeGreaterThanOrEqual(2n);
    expect(FModRet.programType).toBe('tracing');
  });

  test('a function that must not be modified', () => {
    using ebpf = openObject();

    const error = errorOf(() => ebpf.program('modified').asFModRet().load('vfs_rename'));

    expect(error).toMatchObject({
      code: 'VerifierRejected',
      message: expect.stringContaining('vfs_rename() is not modifiable') as unknown,
    });
  });
});

describe('lsm', () => {
  test('is attached to a hook by its name, and runs where the boot lets it', () => {
    using ebpf = openObject();
    const program = ebpf.program('guarded').asLsm();
    program.load('inode_rename');

    const linkId = program.attach();

    renameFiles(3);
    expect(program.info()).toMatchObject({ type: 'lsm', runCount: hasBpfLsm() ? 3n : 0n });
    expect(Lsm.programType).toBe('lsm');
    program.detach(linkId);
  });

  test('sleepable, by its section', () => {
    using ebpf = openObject();
    const program = ebpf.program('sleeping').asLsm();

    program.load('inode_rename');

    program.attach();
    renameFiles(2);
    expect(program.info().runCount).toBe(hasBpfLsm() ? 2n : 0n);
  });

  test('a hook that must not sleep refuses a sleepable program', () => {
    using ebpf = openObject();
    const program = ebpf.program('sleeping').asLsm();

    const error = errorOf(() => program.load('task_free'));

    expect(error).toMatchObject({
      code: 'VerifierRejected',
      message: expect.stringContaining('not sleepable') as unknown,
    });
  });

  test('a hook that does not exist', () => {
    using ebpf = openObject();

    const error = errorOf(() => ebpf.program('guarded').asLsm().load('no_such_hook'));

    expect(error).toMatchObject({ code: 'UnknownType' });
  });
});

function openObject(): Ebpf {
  return Ebpf.loadFile(objectFile('lifecycle'));
}

function hasBpfLsm(): boolean {
  return readFileSync('/sys/kernel/security/lsm', 'utf8').split(',').includes('bpf');
}
