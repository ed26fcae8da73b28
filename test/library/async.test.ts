import { beforeAll, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { errorOf } from './support/errors.ts';
import { useFdCount } from './support/fds.ts';
import { countRuns, linkIds, programIds, renameFiles } from './support/kernel.ts';
import { openObject, runsOf } from './support/lifecycle.ts';

// Calls that come while another one of the same program is under way, and programs that are closed meanwhile.

beforeAll(async () => {
  countRuns();
  kernelBtf();
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();
  await program.loadAsync('vfs_rename'); // so do the fds of the pool's threads, and libbpf's probes, not count in a test
});
useFdCount();

test('of two loads at once the second is refused, and the first arrives', async () => {
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();

  const [first, second] = await Promise.allSettled([
    program.loadAsync('vfs_rename'),
    program.loadAsync('vfs_rmdir'),
  ]);

  expect([first, second]).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'Busy' } },
  ]);
  program.attach();
  expect(runsOf(program, renameFiles)).toBe(1n);
});

test('of two attaches at once the second is refused, and the first arrives', async () => {
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rename');

  const first = program.attachAsync();

  expect(errorOf(() => program.attach())).toMatchObject({ code: 'Busy' });
  const linkId = await first;
  expect(linkIds()).toContain(linkId);
  expect(runsOf(program, renameFiles)).toBe(1n);
});

test('unload is refused while it is being attached', async () => {
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rename');

  const attached = program.attachAsync();

  expect(errorOf(() => program.unload())).toMatchObject({ code: 'Busy' });
  const linkId = await attached;
  expect(linkIds()).toContain(linkId);
  program.unload();
});

test('an object that is closed while a program is being loaded leaves nothing in the kernel', async () => {
  const before = programIds();
  const ebpf = openObject();
  const loaded = ebpf.program('entered').duplicate().asFEntry().loadAsync('vfs_rename');

  ebpf[Symbol.dispose]();

  await expect(loaded).rejects.toMatchObject({ code: 'Closed' });
  expect(programIds()).toEqual(before);
});

test('a program that is closed while it is being attached does not stay attached, or loaded', async () => {
  const before = { programs: programIds(), links: linkIds() };
  using ebpf = openObject();
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rename');
  const attached = program.attachAsync();

  program[Symbol.dispose]();

  await expect(attached).rejects.toMatchObject({ code: 'Closed' });
  expect({ programs: programIds(), links: linkIds() }).toEqual(before);
  program.load('vfs_rename'); // as good as new
});

test('a load that fails gives way to the next', async () => {
  using ebpf = openObject();
  const program = ebpf.program('misinformed').asFEntry();
  await expect(program.loadAsync('vfs_rename')).rejects.toMatchObject({ code: 'VerifierRejected' });

  const again = program.loadAsync('vfs_rename');

  await expect(again).rejects.toMatchObject({ code: 'VerifierRejected' });
});

test('more loads at once than koffi takes calls all arrive', async () => {
  using ebpf = openObject();
  const programs = Array.from({ length: 300 }, () =>
    ebpf.program('entered').duplicate().asFEntry(),
  );

  await Promise.all(programs.map(async (program) => await program.loadAsync('vfs_rename')));

  expect(new Set(programs.map((program) => program.info().id)).size).toBe(300);
});
