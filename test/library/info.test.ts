import { beforeAll, describe, expect, test } from 'vitest';
import { kernelBtf } from '../../src/bpf/btf/kernel-btf.ts';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { loadedLinks, loadedPrograms } from '../../src/bpf/programs/loaded-programs.ts';
import { useFdCount } from './support/fds.ts';
import {
  bpftool,
  countRuns,
  isLinux,
  linkIds,
  objectFile,
  programIds,
  renameFiles,
} from './support/kernel.ts';

// What the kernel tells of programs and links, beside what bpftool says.

beforeAll(() => {
  countRuns();
  kernelBtf();
  Ebpf.loadFile(objectFile('lifecycle'))[Symbol.dispose]();
});
useFdCount();

interface Shown {
  readonly id: number;
  readonly tag: string;
  readonly loaded_at: number;
  readonly uid: number;
  readonly gpl_compatible: boolean;
  readonly bytes_xlated: number;
  readonly bytes_jited: number;
  readonly bytes_memlock: number;
  readonly map_ids: readonly number[];
  readonly btf_id: number;
}

describe('the info of a program', () => {
  test('is what bpftool shows', () => {
    using ebpf = Ebpf.loadFile(objectFile('lifecycle'));
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');

    const info = program.info();

    const shown = bpftool<Shown>('prog', 'show', 'id', String(info.id));
    expect(info).toMatchObject({
      id: shown.id,
      name: 'entered',
      type: 'tracing',
      tag: shown.tag,
      uid: shown.uid,
      gplCompatible: shown.gpl_compatible,
      translatedSize: shown.bytes_xlated,
      jitedSize: shown.bytes_jited,
      memoryLocked: shown.bytes_memlock,
      mapIds: shown.map_ids,
      btfId: shown.btf_id,
    });
    expect(info.mapIds).toHaveLength(2); // "runs" and ".rodata"
    expect(Math.abs(info.loadedAt.getTime() / 1000 - shown.loaded_at)).toBeLessThanOrEqual(1);
  });

  test('has what newer kernels tell, and undefined on older ones', () => {
    using ebpf = Ebpf.loadFile(objectFile('lifecycle'));
    const program = ebpf.program('entered').asFEntry();
    program.load('vfs_rename');
    program.attach();
    renameFiles(5);

    const info = program.info();

    expect(info).toMatchObject({
      runCount: 5n,
      verifiedInstructionCount: isLinux(5, 16) ? (expect.any(Number) as unknown) : undefined,
      recursionMisses: isLinux(5, 12) ? 0n : undefined,
      attachBtfId: isLinux(6, 0) ? kernelBtf().idOf('vfs_rename') : undefined,
    });
    expect(info.runTimeNs).toBeGreaterThan(0n);
    expect(info.verifiedInstructionCount).not.toBe(0);
  });
});

test('loadedPrograms and loadedLinks go through all that the kernel has, like bpftool', () => {
  using ebpf = Ebpf.loadFile(objectFile('lifecycle'));
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rename');
  const linkId = program.attach();

  const programs = [...loadedPrograms()];
  const links = [...loadedLinks()];

  expect(programs.map(({ id }) => id)).toEqual(programIds());
  expect(links.map(({ id }) => id)).toEqual(linkIds());
  const { loadedAt: _, ...info } = program.info(); // known to some milliseconds
  expect(programs.find(({ id }) => id === info.id)).toMatchObject(info);
  expect(links.find(({ id }) => id === linkId)).toMatchObject({
    type: 'tracing',
    attachType: 'fentry',
    programId: program.info().id,
    targetBtfId: isLinux(5, 13) ? kernelBtf().idOf('vfs_rename') : undefined,
  });
});

test('an iteration that is left early leaves nothing open', () => {
  using ebpf = Ebpf.loadFile(objectFile('lifecycle'));
  ebpf.program('entered').asFEntry().load('vfs_rename');

  const [first] = loadedPrograms();

  expect(first).toMatchObject({ id: expect.any(Number) as unknown });
});

test('the event loop goes on while the kernel verifies', async () => {
  using ebpf = Ebpf.loadFile(objectFile('slow'));
  const program = ebpf.program('slow').asFEntry();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);

  await program.loadAsync('vfs_rename');

  const meanwhile = ticks;
  program.unload();
  program.load('vfs_rename');
  clearInterval(timer);
  expect(meanwhile).toBeGreaterThan(10);
  expect(ticks).toBe(meanwhile); // the other way blocks it
});
