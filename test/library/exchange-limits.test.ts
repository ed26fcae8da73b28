import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { attachDispatcher } from '../../src/bpf/dispatch/attach-dispatcher.ts';
import { dispatcherCode } from '../../src/bpf/dispatch/dispatcher-code.ts';
import { ProgramSlot } from '../../src/bpf/dispatch/program-slot.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { FEntry } from '../../src/bpf/programs/fentry.ts';
import { Lsm } from '../../src/bpf/programs/lsm.ts';
import type { TracingProgram } from '../../src/bpf/programs/tracing-program.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import { countRuns, isLinux, objectFile, pinDirectory, renameFiles } from './support/kernel.ts';
import { openObject } from './support/lifecycle.ts';

// What a dispatcher can run, and what it cannot: the facts behind the table in the README.

beforeAll(() => {
  countRuns();
  kernelBtf();
  openObject()[Symbol.dispose]();
});
useFdCount();

/** On which Linux 5.10 lets programs sleep, too. */
const sleepableHook = 'bprm_committed_creds';

describe('sleepable programs', () => {
  // since Linux 7.0 it lets those sleep whose array has only programs that sleep (kernel commit 0f0c332992b8)
  test.runIf(!isLinux(7, 0))('the verifier lets no dispatcher sleep (before Linux 7.0)', () => {
    using slot = ProgramSlot.create();
    using dispatcher = lsmDispatcher(slot, true);

    const error = errorOf(() => dispatcher.load(sleepableHook));

    expect(error).toMatchObject({ code: 'VerifierRejected' });
    expect(error.log).toMatch(/[Ss]leepable programs can only use/);
  });

  test('none goes into a slot, though the kernel would take it, and run it where nothing may sleep', () => {
    using ebpf = openObject();
    using slot = ProgramSlot.create();
    const sleeping = ebpf.program('sleeping').asLsm();
    sleeping.load(sleepableHook);

    expect(errorOf(() => slot.put(sleeping))).toMatchObject({
      code: 'AttachFailed',
      message: expect.stringContaining('it is sleepable') as unknown,
    });
    expect(slot.programId()).toBeUndefined();
    using pins = pinDirectory();
    sleeping.pin(`${pins.path}/sleeping`);
    using pinned = Lsm.fromPin(`${pins.path}/sleeping`); // of which nobody knows that it sleeps
    slot.put(pinned);
    expect(slot.programId()).toBe(sleeping.id);
  });
});

test('fmod_ret: what the program returns counts, and with an empty slot the function runs', () => {
  using ebpf = openObject({ globals: { deny: true } });
  using slot = slotWith(ebpf, 'modified', 'security_inode_rename');
  using _link = attachDispatcher(slot, 'fmod_ret', 'security_inode_rename');
  writeFileSync('/tmp/kept', '');

  expect(() => renameSync('/tmp/kept', '/tmp/moved')).toThrow(/EPERM/);
  slot.clear();

  renameSync('/tmp/kept', '/tmp/moved');
  rmSync('/tmp/moved');
  expect(ebpf.map('runs').get(2)).toBe(1n);
});

test('lsm: the verifier wants a license of the dispatcher that it does not claim', () => {
  using slot = ProgramSlot.create();
  using dispatcher = lsmDispatcher(slot, false);

  const error = errorOf(() => dispatcher.load('inode_rename'));

  expect(error.log).toContain('LSM programs must have a GPL compatible license');
});

describe('functions of BPF programs', () => {
  const pin = '/sys/fs/bpf/target-of-a-dispatcher';
  beforeAll(() => {
    execFileSync('bpftool', ['prog', 'load', objectFile('xdp'), pin, 'type', 'xdp']);
  });
  afterAll(() => unlinkSync(pin));

  test.each(['parse_length', 'pass'])('%s', (name) => {
    using ebpf = openObject();
    const target = { program: pin, function: name };
    const program = ebpf.program('entered').asFEntry();
    program.load(target);
    using slot = ProgramSlot.create();
    slot.put(program);
    using _link = attachDispatcher(slot, 'fentry', target);

    const input = ['data_in', '/proc/version', 'repeat', '3'];
    execFileSync('bpftool', ['prog', 'run', 'pinned', pin, ...input]);

    expect(ebpf.map('runs').get(0)).toBe(3n);
  });
});

test.runIf(isLinux(5, 19))(
  'the cookie is the one of the dispatcher, and stays (Linux 5.19)',
  () => {
    using ebpf = openObject();
    using slot = slotWith(ebpf, 'with_cookie');
    using _link = attachDispatcher(slot, 'fentry', 'vfs_rename', {
      cookie: 0xfeed_0123_4567_89abn,
    });

    renameFiles(1);

    expect(ebpf.map('.bss').get(0)).toMatchObject({ last_cookie: 0xfeed_0123_4567_89abn });
  },
);

describe.runIf(isLinux(5, 15))('bpf_get_func_ip (Linux 5.15)', () => {
  test('no program that calls it goes into a slot', () => {
    using ebpf = Ebpf.loadFile(objectFile('limits'));
    using slot = ProgramSlot.create();
    const program = loaded(ebpf, 'asks');

    expect(errorOf(() => slot.put(program))).toMatchObject({
      code: 'AttachFailed',
      message: expect.stringContaining('it calls bpf_get_func_ip') as unknown,
      hint: 'attach it by itself',
    });
    expect(slot.programId()).toBeUndefined();
  });

  test('by a dispatcher it is not the address: why they are refused', () => {
    using pins = pinDirectory();
    using ebpf = Ebpf.loadFile(objectFile('limits'));
    const program = loaded(ebpf, 'asks');
    const linkId = program.attach();
    renameFiles(1);
    const right = variables(ebpf)['address'];
    program.detach(linkId);
    program.pin(`${pins.path}/asks`);
    using pinned = FEntry.fromPin(`${pins.path}/asks`); // of which nobody knows what it calls
    using slot = ProgramSlot.create();
    slot.put(pinned);
    using _link = attachDispatcher(slot, 'fentry', 'vfs_rename');

    renameFiles(1);

    expect(right).not.toBe(0n);
    expect(variables(ebpf)['address']).not.toBe(right);
  });
});

test.runIf(isLinux(5, 17))(
  'arguments and result are as without one, by helpers (Linux 5.17)',
  () => {
    using slot = ProgramSlot.create();

    const alone = seen((program) => program.takeLink(program.attach()));
    const dispatched = seen((program) => {
      slot.put(program);
      return attachDispatcher(slot, 'fexit', 'vfs_rename');
    });

    expect(alone).toMatchObject({ arguments: 1n, result: -39n }); // ENOTEMPTY
    expect(dispatched).toEqual(alone);
  },
);

test('runs are counted on the dispatcher', () => {
  using ebpf = openObject();
  const program = loaded(ebpf, 'entered');
  using slot = ProgramSlot.create();
  slot.put(program);
  using link = attachDispatcher(slot, 'fentry', 'vfs_rename');
  using dispatcher = FEntry.fromProgramInfo({ id: link.info().programId }, 'dispatcher');

  renameFiles(5);

  expect([program.facts().runCount, dispatcher.facts().runCount]).toEqual([0n, 5n]);
});

describe('a slot in use', () => {
  const others = [
    ['of another kind', 'returned', 'vfs_rename'],
    ['for another function', 'entered', 'vfs_rmdir'],
  ] as const;

  test.each(others)('takes no program %s', (_, name, target) => {
    using ebpf = openObject();
    using slot = slotWith(ebpf, 'entered');
    using _link = attachDispatcher(slot, 'fentry', 'vfs_rename');
    const other = ebpf.program(name).duplicate().asTracing();
    other.load(target);

    expect(errorOf(() => slot.put(other))).toMatchObject({
      code: 'AttachFailed',
      message: expect.stringContaining('and the slot is for fentry of vfs_rename') as unknown,
    });
    renameFiles(1);
    expect(ebpf.map('runs').get(0)).toBe(1n);
  });

  test('takes no dispatcher of another kind', () => {
    using ebpf = openObject();
    using slot = slotWith(ebpf, 'entered');

    const error = errorOf(() => attachDispatcher(slot, 'fexit', 'vfs_rename'));

    expect(error).toMatchObject({ code: 'AttachFailed' });
    expect(error.message).toContain(
      'the dispatcher is fexit of vfs_rename, and the slot is for fentry',
    );
  });

  // Debian's 6.1 has the check of both, 5.10 of neither (kernel/bpf/core.c, bpf_prog_map_compatible)
  test.runIf(isLinux(6, 1)).each(others)(
    'nor does the kernel take one %s, by whatever name it comes',
    (_, name, target) => {
      using pins = pinDirectory();
      using ebpf = openObject();
      using slot = slotWith(ebpf, 'entered');
      using _link = attachDispatcher(slot, 'fentry', 'vfs_rename');
      const other = ebpf.program(name).duplicate().asTracing();
      other.load(target);
      other.pin(`${pins.path}/other`);
      using pinned = FEntry.fromPin(`${pins.path}/other`);

      expect(errorOf(() => slot.put(pinned))).toMatchObject({
        code: 'AttachFailed',
        hint: expect.stringContaining('for the same function') as unknown,
      });
      renameFiles(1);
      expect(ebpf.map('runs').get(0)).toBe(1n);
    },
  );
});

/** What `counts` of test/objects/limits finds when a directory cannot be renamed. */
function seen(attach: (program: TracingProgram) => Disposable) {
  using ebpf = Ebpf.loadFile(objectFile('limits'));
  using _attached = attach(loaded(ebpf, 'counts'));
  const directory = mkdtempSync('/tmp/full-');
  mkdirSync(`${directory}/full/of/it`, { recursive: true });
  mkdirSync(`${directory}/other`);
  expect(() => renameSync(`${directory}/other`, `${directory}/full`)).toThrow(/ENOTEMPTY/);
  rmSync(directory, { recursive: true });
  const { arguments: count, result, first } = variables(ebpf);
  return { arguments: count, result, hasFirst: first !== 0n };
}

function variables(ebpf: Ebpf) {
  return ebpf.map('.bss').get(0) as unknown as Readonly<Record<string, bigint>>; // all are numbers of 64 bits
}

function loaded(ebpf: Ebpf, name: string, target = 'vfs_rename'): TracingProgram {
  const program = ebpf.program(name).asTracing();
  program.load(target);
  return program;
}

function slotWith(ebpf: Ebpf, name: string, target?: string): ProgramSlot {
  const slot = ProgramSlot.create();
  slot.put(loaded(ebpf, name, target));
  return slot;
}

/** A dispatcher of a kind that `attachDispatcher` does not make. */
function lsmDispatcher(slot: ProgramSlot, sleepable: boolean): Lsm {
  return new Lsm({
    name: 'dispatcher',
    code: {
      linked: dispatcherCode('dispatcher', slot.fd),
      gplCompatible: sleepable, // so that its sleep is what is wrong with one that sleeps
      sleepable,
      logLevel: 0,
      isOpen: () => true,
      hold: () => ({ [Symbol.dispose]: () => undefined }),
    },
  });
}
