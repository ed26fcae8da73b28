import { execFileSync } from 'node:child_process';
import { readFileSync, unlinkSync, watch as fsWatch } from 'node:fs';
import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Btf } from '../../src/bpf/btf/btf.ts';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import type { FEntry } from '../../src/bpf/programs/fentry.ts';
import { areSameFunction } from '../../src/bpf/programs/same-function.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import { bpftool, countRuns, objectFile, renameFiles } from './support/kernel.ts';
import { openObject, runsOf } from './support/lifecycle.ts';

// What a program can be loaded for: kernel functions, functions of modules, functions of other BPF programs.

beforeAll(() => {
  countRuns();
  kernelBtf();
  openObject()[Symbol.dispose]();
  fsWatch('/tmp').close(); // the event loop keeps the fd that it watches files with
});
useFdCount();

describe('kernel functions', () => {
  test('the one that its section names, unless another is given', () => {
    using ebpf = openObject();
    const program = ebpf.program('entered').asFEntry();

    program.load('vfs_rmdir');
    program.unload();
    program.load();
    program.attach();

    expect(runsOf(program, () => renameFiles(2))).toBe(2n);
  });

  test('a section that names none', () => {
    using ebpf = Ebpf.loadFile(objectFile('counter'));

    const error = errorOf(() => ebpf.program('count_second').asFEntry().load());

    expect(error).toMatchObject({
      code: 'UnknownType',
      hint: expect.stringContaining('load(') as unknown,
    });
  });

  test('one program for several, relocated once: the BTF of the kernel is not read again', () => {
    using ebpf = openObject();
    const before = bytesRead();

    const programs = ['vfs_rename', 'vfs_rmdir', 'vfs_mkdir', 'vfs_unlink', 'vfs_link'].map(
      (name) => {
        const program = ebpf.program('entered').duplicate().asFEntry();
        program.load(name);
        program.attach();
        return program;
      },
    );

    expect(new Set(programs.map(({ fd }) => programIdOf(fd))).size).toBe(5);
    expect(bytesRead() - before).toBeLessThan(100_000); // it has some four million
    const runs = programs.map((program) => runsOf(program, renameFiles));
    expect(runs[0]).toBe(1n);
    expect(runs[4]).toBe(0n);
  });

  test('an unknown one suggests near ones', () => {
    using ebpf = openObject();

    const error = errorOf(() => fentryOf(ebpf).load('vfs_renam'));

    expect(error).toMatchObject({
      code: 'UnknownType',
      hint: expect.stringContaining('"vfs_rename"') as unknown,
    });
  });

  test('a name that several functions have is refused, with how many and which', () => {
    using ebpf = openObject();
    const name = ambiguousName(kernelBtf());

    const error = errorOf(() => fentryOf(ebpf).load(name));

    const ids = kernelBtf().find(name);
    const message = expect.stringContaining(`${ids.length} functions "${name}"`) as unknown;
    expect(error).toMatchObject({ code: 'AmbiguousType', message });
    for (const id of ids.slice(0, 3)) expect(error.hint).toContain(String(id)); // of many, not all are listed
  });

  test("a copy of the kernel's BTF does as well", () => {
    using ebpf = openObject();
    const program = fentryOf(ebpf);

    program.load('vfs_rename', new Btf(readFileSync('/sys/kernel/btf/vmlinux')));

    program.attach();
    expect(runsOf(program, renameFiles)).toBe(1n);
  });

  test("in another kernel's BTF the same id is another function: it is not loaded for that", () => {
    using ebpf = openObject();
    const other = readFileSync('/sys/kernel/btf/vmlinux');
    other.write('vfs_lonk', other.indexOf('\0vfs_link\0') + 1);
    other.write('vfs_link', other.indexOf('\0vfs_open\0') + 1);

    const error = errorOf(() => fentryOf(ebpf).load('vfs_link', new Btf(other)));

    expect(error).toMatchObject({
      code: 'UnknownType',
      hint: expect.stringContaining('"Btf.fromSysFs"') as unknown,
    });
  });

  test.runIf(process.arch === 'x64')('one that BTF has again, as a stub of a system call', () => {
    using ebpf = openObject();
    const program = fentryOf(ebpf);

    program.load('__x64_sys_inotify_add_watch');

    program.attach();
    const watch = () => fsWatch('/tmp').close();
    expect(runsOf(program, watch)).toBe(1n);
  });

  test('one that must not be traced is refused by the kernel, and says so', () => {
    using ebpf = openObject();

    const error = errorOf(() => fentryOf(ebpf).load('migrate_disable'));

    expect(error).toMatchObject({
      code: 'LoadFailed',
      message: expect.stringMatching(/EINVAL/) as unknown,
    });
  });

  test('one that ftrace keeps out of is refused at attach', () => {
    using ebpf = openObject();
    const program = fentryOf(ebpf);
    program.load('do_syscall_64');

    const error = errorOf(() => program.attach());

    expect(error).toMatchObject({
      code: 'AttachFailed',
      message: expect.stringMatching(/EBUSY/) as unknown,
    });
  });
});

describe('functions of modules', () => {
  beforeAll(() => {
    execFileSync('modprobe', ['dummy', 'numdummies=1']);
    execFileSync('ip', ['address', 'add', '192.0.2.1/24', 'dev', 'dummy0']);
    execFileSync('ip', ['link', 'set', 'dummy0', 'up']);
  });
  afterAll(() => {
    execFileSync('rmmod', ['dummy']);
  });

  test('by module and name: it runs when the driver sends', async () => {
    using ebpf = Ebpf.loadFile(objectFile('module-target'));
    const program = ebpf.program('count_sent').asFEntry();
    program.load('dummy:dummy_xmit');
    const linkId = program.attach();
    const before = sentBy(ebpf);

    await sendTo('192.0.2.2');

    expect(sentBy(ebpf)).toBeGreaterThan(before);
    program.detach(linkId); // a module cannot go while something is attached to it
  });

  test("by the module's BTF: by module and name, or refused with how to say it", () => {
    using ebpf = Ebpf.loadFile(objectFile('module-target'));
    const program = ebpf.program('count_sent').asFEntry();
    const btf = Btf.forModule('dummy', kernelBtf());

    const error = errorOf(() => program.load('dummy_xmit', btf));
    program.load('dummy:dummy_xmit', btf);

    expect(error).toMatchObject({
      code: 'UnknownType',
      hint: expect.stringContaining('"module:function"') as unknown,
    });
    expect(program.info().name).toBe('count_sent');
  });

  test.each([
    ['no such module', 'dumy:dummy_xmit', 'UnknownModule', /did you mean "dummy"/],
    ['no such function in it', 'dummy:dummy_xmitt', 'UnknownType', /did you mean "dummy_xmit"/],
    ['a function of the kernel itself', 'dummy:vfs_rename', 'UnknownType', /./],
  ])('%s', (_, target, code, hint) => {
    using ebpf = Ebpf.loadFile(objectFile('module-target'));

    const error = errorOf(() => ebpf.program('count_sent').asFEntry().load(target));

    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) as unknown });
  });
});

describe('functions of BPF programs', () => {
  const pin = '/sys/fs/bpf/target-of-a-program';
  beforeAll(() => {
    execFileSync('bpftool', ['prog', 'load', objectFile('xdp'), pin, 'type', 'xdp']);
  });
  afterAll(() => unlinkSync(pin));

  test.each([
    ['by pin', () => pin],
    ['by id', () => targetId(pin)],
    ['by what the kernel told of it', () => ({ id: targetId(pin) })],
  ])('%s: it runs when that function is called', (_, program) => {
    using ebpf = openObject();
    const watcher = fentryOf(ebpf);

    watcher.load({ program: program(), function: 'parse_length' });

    const linkId = watcher.attach();
    expect(runsOf(watcher, () => runTarget(pin))).toBe(3n);
    watcher.detach(linkId);
    expect(runsOf(watcher, () => runTarget(pin))).toBe(0n);
  });

  test.each([
    ['no such function', () => ({ program: pin, function: 'parse_lengh' }), 'UnknownType'],
    ['no such pin', () => ({ program: `${pin}x`, function: 'pass' }), 'InvalidPin'],
    ['no such program', () => ({ program: 999_999, function: 'pass' }), 'UnknownProgram'],
  ] as const)('%s', (_, target, code) => {
    using ebpf = openObject();

    expect(errorOf(() => fentryOf(ebpf).load(target()))).toMatchObject({ code });
  });
});

function fentryOf(ebpf: Ebpf): FEntry {
  return ebpf.program('entered').asFEntry();
}

function programIdOf(fd: number): string {
  return /^prog_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
}

/** Bytes that this process has read so far (proc_pid_io(5)). */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function ambiguousName(btf: Btf): string {
  const seen = new Set<string>();
  for (const name of btf.names()) {
    if (seen.has(name) && !areSameFunction(btf, name, btf.find(name))) return name;
    seen.add(name);
  }
  throw new Error('every function has a name of its own');
}

function sentBy(ebpf: Ebpf): bigint {
  const { sent } = ebpf.map('.bss').get(0) as { readonly sent: bigint }; // the object has just this
  return sent;
}

async function sendTo(address: string): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.send('x', 9, address, (error) => (error === null ? resolve() : reject(error)));
  });
  await new Promise<void>((resolve) => {
    socket.close(resolve);
  });
}

function targetId(pin: string): number {
  return bpftool<{ readonly id: number }>('prog', 'show', 'pinned', pin).id;
}

/** BPF_PROG_TEST_RUN, three times. */
function runTarget(pin: string): void {
  execFileSync('bpftool', [
    'prog',
    'run',
    'pinned',
    pin,
    'data_in',
    '/proc/version',
    'repeat',
    '3',
  ]);
}
