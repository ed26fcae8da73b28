import { expect, test } from 'vitest';
import { FailedError } from '../../src/base/errors.ts';
import type { Ports } from '../../src/converge.ts';
import { converge } from '../../src/converge.ts';
import { digestObject } from '../../src/manifest/digest.ts';
import { pinPath } from '../../src/state/ids.ts';
import { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import { bpfObject, elfFile } from './manifest/elf-file.ts';
import { functionCatalog, targetObjects } from './manifest/catalog.ts';
import { inspect, library, temporaryDirectory } from './manifest/sample.ts';
import type { Directory } from './manifest/sample.ts';

const root = pinPath('/sys/fs/bpf/converge');
const options = { lockTimeoutMs: 0 };
const versions = {
  first: bpfObject(),
  second: elfFile([{ name: '.BTF', bytes: Buffer.from('other types') }]),
};
const programs = 'programs: { count_lookup: { targets: [vfs_read, vfs_write] } }';
const text = `version: 1\nname: m\nobjects: { o: { file: opens.bpf.o, ${programs} } }\n`;

const edits: readonly (readonly [what: string, edit: (directory: Directory) => unknown])[] = [
  ['the manifest', ({ write }) => write('m.yaml', text.replace('vfs_read, ', ''))],
  ['an object', ({ write }) => write('opens.bpf.o', versions.second)],
];

test.each(edits)(
  'an edit of %s while it waits for the lock is what it applies',
  async (_, edit) => {
    using directory = temporaryDirectory();
    const { kernel, ports, file } = begin(directory);
    const lock = await kernel.lock(root, 0);

    const waiting = converge(ports, root, file, { lockTimeoutMs: 60_000 });
    edit(directory);
    lock[Symbol.dispose]();

    const { plan, report } = await waiting;
    expect(report.error).toBeUndefined();
    expect(plan.operations).not.toEqual([]);
    const { plan: again } = await converge(ports, root, file, options);
    expect(again.operations).toEqual([]);
  },
);

test.each(['loaded', 'paused'])(
  'what was allowed while it was only %s is asked about again before it runs',
  async (state) => {
    using directory = temporaryDirectory();
    const { kernel, ports, file } = begin(directory);
    const dangerous = (more: string): string =>
      text.replace('targets: [vfs_read, vfs_write]', `target: rcu_lock${more}`);
    directory.write('m.yaml', dangerous(`, allow_dangerous: true, state: ${state}`));
    const { report } = await converge(ports, root, file, options);
    expect(report.error).toBeUndefined();

    directory.write('m.yaml', dangerous(''));

    await expect(converge(ports, root, file, options)).rejects.toMatchObject({
      diagnostics: [{ code: 'dangerous' }],
    });
    expect(kernel.machine.running()).toEqual([]);
    directory.write('m.yaml', dangerous(', allow_dangerous: true'));
    const { report: allowed } = await converge(ports, root, file, options);
    expect(allowed.error).toBeUndefined();
    expect(kernel.machine.running()).toHaveLength(1);
  },
);

test('when the root is removed by hand, and the lock with it, it stops', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);

  const { report } = await converge(ports, root, file, {
    ...options,
    onStart: (_, index) => {
      if (index === 1) removeAll(kernel);
    },
  });

  expect(report.error).toMatchObject({
    exitStatus: 1,
    message: `"${root}" was removed, and the lock on it with it`,
  });
  expect(report.outcomes.map(({ status }) => status)).toEqual([
    'rolled-back',
    'rolled-back',
    'failed',
    'skipped',
  ]);
  expect(kernel.machine.running()).toEqual([]);
});

test('what fails after the last operation is told, with all that was done', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);
  await converge(ports, root, file, options);
  directory.write('m.yaml', text.replace('vfs_read, ', ''));
  const { faults } = kernel.machine;
  const before = faults.before.bind(faults);
  faults.before = (step) => {
    if (step.doing.startsWith('remove directory')) throw new FailedError('cannot remove it');
    before(step);
  };

  const { report } = await converge(ports, root, file, options);

  expect(report.error).toEqual(new FailedError('cannot remove it'));
  expect(report.outcomes.length).toBeGreaterThan(0);
  expect(report.outcomes.map(({ status }) => status)).toEqual(report.outcomes.map(() => 'done'));
});

test('a function that has no room is told before anything is done; nobody asks when nothing is attached', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);
  let asked = 0;
  const full: Ports = {
    ...ports,
    links: () => (
      (asked += 1),
      { limit: 2, on: ({ name }) => (name === 'vfs_read' ? [7, 8] : []) }
    ),
  };

  await expect(converge(full, root, file, { ...options, force: true })).rejects.toThrow(
    '"vfs_read" takes 2 links at once, and would have 3 (it has 2)',
  );

  expect(kernel.machine.running()).toEqual([]);
  await converge(ports, root, file, options);
  const { plan } = await converge(full, root, file, options);
  expect(plan).toMatchObject({ operations: [], crowded: [] });
  expect(asked).toBe(1);
});

test('below a BPF file system that hides another, nothing is attached beside links that nobody sees', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);
  const links = () => ({ limit: 38, on: () => [7] });
  kernel.hiddenAt = '/sys/fs/bpf';

  await expect(converge({ ...ports, links }, root, file, options)).rejects.toMatchObject({
    exitStatus: 3,
    refusals: [{ code: 'hidden-pins', functions: ['vfs_read', 'vfs_write'] }],
  });

  expect(kernel.machine.running()).toEqual([]);
  const free = () => ({ limit: 38, on: () => [] });
  const { report } = await converge({ ...ports, links: free }, root, file, options);
  expect(report.error).toBeUndefined();
});

test('the pins that it found at the end are told, if that is asked for', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);

  const first = await converge(ports, root, file, { ...options, listPins: true });
  const second = await converge(ports, root, file, { ...options, listPins: true });
  const unasked = await converge(ports, root, file, options);

  const found = kernel.list(root).filter(({ kind }) => kind !== 'directory');
  expect(first.pins).toEqual(found.map(({ path }) => path));
  expect(second.pins).toEqual(first.pins);
  expect(unasked.pins).toBeUndefined();
});

test('a function that cannot be attached to is told before anything is done', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);
  directory.write('m.yaml', text.replace('vfs_write', 'rcu_lock'));

  await expect(converge(ports, root, file, options)).rejects.toMatchObject({
    exitStatus: 65,
    diagnostics: [{ code: 'dangerous', line: 3 }],
  });
  expect(kernel.machine.running()).toEqual([]);
});

function removeAll(kernel: MemoryKernel): void {
  for (const { path, kind } of kernel.read(root).toReversed()) {
    if (kind === 'directory') kernel.removeDirectory(path);
    else kernel.machine.unpin(path);
  }
  kernel.removeDirectory(root);
}

function begin(directory: Directory) {
  directory.write('opens.bpf.o', versions.first);
  const file = directory.write('m.yaml', text);
  const kernel = kernelWithVersions();
  const ports: Ports = {
    kernel,
    ...library,
    functions: functionCatalog,
    links: () => ({ limit: undefined, on: () => undefined }),
    targetObjects: () => targetObjects,
    ownersCheckedFor: undefined,
  };
  return { kernel, ports, file };
}

function kernelWithVersions(): MemoryKernel {
  const object = {
    maps: new Map(inspect('opens.bpf.o').maps.map((map) => [map.name, map])),
    rejected: new Map(),
    untraceable: new Set<never>(),
  };
  return new MemoryKernel(
    new Map(Object.values(versions).map((bytes) => [digestObject(bytes), object])),
  );
}
