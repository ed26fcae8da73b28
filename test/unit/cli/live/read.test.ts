import { expect, test } from 'vitest';
import type { Context } from '../../../../src/cli/context.ts';
import { importPins } from '../../../../src/cli/import-pins.ts';
import { readerFor } from '../../../../src/cli/live/read.ts';
import type { Ports } from '../../../../src/converge.ts';
import { converge } from '../../../../src/converge.ts';
import { digestObject } from '../../../../src/manifest/digest.ts';
import { MemoryKernel } from '../../../memory-kernel/memory-kernel.ts';
import { functionCatalog, targetObjects } from '../../manifest/catalog.ts';
import { bpfObject } from '../../manifest/elf-file.ts';
import { inspect, library, temporaryDirectory } from '../../manifest/sample.ts';
import type { Directory } from '../../manifest/sample.ts';
import { contextOf } from '../context.ts';

const text =
  'version: 1\nname: m\nobjects: { o: { file: opens.bpf.o, programs: { count_lookup: vfs_read } } }\n';

test('all that is pinned, under whatever name, by what it is counted on', async () => {
  using directory = temporaryDirectory();
  const { context, apply } = begin(directory);

  const reader = readerFor(context('status', '--watch'));
  const before = reader.read();
  await apply();

  expect(before).toEqual([]);
  expect(reader.read()).toMatchObject([
    { name: 'm', object: 'o', program: 'count_lookup', target: 'vfs_read', state: 'attached' },
  ]);
  expect(reader.read()[0]?.countedId).toBeGreaterThan(0);
});

test('with a manifest, what it wants and is not there; edits are seen, and wrong ones told while the last one counts', async () => {
  using directory = temporaryDirectory();
  const { context, apply, file } = begin(directory);
  const reader = readerFor(context('status', '--watch', file));
  const states = () => reader.read().map(({ target, state }) => `${target} ${state}`);

  const missing = states();
  await apply();
  const there = states();
  directory.write('m.yaml', 'version: 2');
  const wrong = states();
  const problem = reader.problem();
  directory.write('m.yaml', text.replace('vfs_read', 'vfs_write'));
  states();
  const edited = states();

  expect(missing).toEqual(['vfs_read missing']);
  expect(there).toEqual(['vfs_read attached']);
  expect(wrong).toEqual(there);
  expect(problem).toMatch(/m\.yaml" has 2 problems: shown is what it said before/);
  expect(edited).toEqual(['vfs_read attached', 'vfs_write missing']);
  expect(reader.problem()).toBeUndefined();
});

test('a manifest that is made of what is pinned changes nothing', async () => {
  using directory = temporaryDirectory();
  const { context, apply, file, printed } = begin(directory);
  await apply();

  await importPins(context('import', 'm'));
  directory.write('m.yaml', printed());

  expect(printed()).toContain('file: ');
  expect(printed()).toContain(file.replace('m.yaml', 'opens.bpf.o'));
  expect((await apply()).plan.operations).toEqual([]);
});

function begin(directory: Directory) {
  directory.write('opens.bpf.o', bpfObject());
  const file = directory.write('m.yaml', text);
  const object = {
    maps: new Map(inspect('opens.bpf.o').maps.map((map) => [map.name, map])),
    rejected: new Map(),
    untraceable: new Set<never>(),
  };
  const ports: Ports = {
    kernel: new MemoryKernel(new Map([[digestObject(bpfObject()), object]])),
    ...library,
    functions: functionCatalog,
    links: () => ({ limit: undefined, on: () => undefined }),
    targetObjects: () => targetObjects,
    ownersCheckedFor: undefined,
  };
  let output = '';
  const out = (part: string): string => (output += part);
  const context = (...args: readonly string[]): Context => {
    return { ...contextOf(...args).context, ports, out };
  };
  const { root } = context('status').options;
  const apply = async () => await converge(ports, root, file, { lockTimeoutMs: 0 });
  return { context, apply, file, printed: () => output };
}
