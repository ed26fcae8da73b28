import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { RefusedError } from '../../src/base/errors.ts';
import type { Ports } from '../../src/converge.ts';
import { converge, survey, want } from '../../src/converge.ts';
import { digestObject } from '../../src/manifest/digest.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import { savedPlan } from '../../src/save-plan.ts';
import { pinPath } from '../../src/state/ids.ts';
import { thingAt } from '../memory-kernel/bpf-filesystem.ts';
import { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import { putInto } from '../memory-kernel/things.ts';
import { bpfObject } from './manifest/elf-file.ts';
import { functionCatalog, targetObjects } from './manifest/catalog.ts';
import { inspect, library, temporaryDirectory } from './manifest/sample.ts';
import type { Directory } from './manifest/sample.ts';

const root = pinPath('/sys/fs/bpf/saved');
const options = { lockTimeoutMs: 0 };
const text = `version: 1
name: m
objects: { o: { file: opens.bpf.o, programs: { count_lookup: { targets: [vfs_read, vfs_write] } } } }
`;

test('a saved plan is done, and not a second time', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);
  const saved = save(ports, file);

  const first = await converge(ports, root, file, { ...options, saved });

  expect(first).toMatchObject({ fingerprint: saved.fingerprint, report: { error: undefined } });
  expect(kernel.machine.running()).toHaveLength(2);
  await expect(converge(ports, root, file, { ...options, saved })).rejects.toThrow(
    /^the saved plan no longer fits: .* is new .*\(and \d+ more\)$/,
  );
  expect(kernel.machine.running()).toHaveLength(2);
});

test('a plan that finds nothing to do stays good', async () => {
  using directory = temporaryDirectory();
  const { kernel, ports, file } = begin(directory);
  await converge(ports, root, file, options);
  const saved = save(ports, file);
  for (const target of ['vfs_read', 'vfs_read', 'vfs_write']) kernel.call(target);

  for (const _ of [1, 2]) {
    const { report } = await converge(ports, root, file, { ...options, saved }); // oxlint-disable-line eslint/no-await-in-loop -- one after the other is the point

    expect(report.outcomes).toEqual([]);
  }
});

describe('refused, with what moved, and nothing changed', () => {
  const facts: readonly (readonly [what: string, move: Move, message: RegExp])[] = [
    [
      'the manifest',
      ({ directory }) => directory.write('m.yaml', `${text}# another word\n`),
      /m\.yaml" has changed$/,
    ],
    [
      'a manifest that is none any more',
      ({ directory }) => directory.write('m.yaml', '{'),
      /m\.yaml" has changed$/,
    ],
    [
      'an object file',
      ({ directory }) => directory.write('opens.bpf.o', 'no object'),
      /opens\.bpf\.o" has changed$/,
    ],
    [
      'a link',
      ({ kernel }) => kernel.machine.unpin(pinOf(kernel, '/link')),
      /\/link" is gone \(link \d+\)$/,
    ],
    [
      'what is in a slot',
      ({ kernel }) => {
        const slot = thingAt(kernel.machine.state.tree, pinOf(kernel, 'vfs_read/fentry/slot'));
        if (slot.kind === 'slot') putInto(slot, undefined);
      },
      /vfs_read\/fentry\/slot" was slot \d+, program \d+, is slot \d+, empty$/,
    ],
    [
      'a map',
      ({ kernel }) => kernel.machine.unpin(pinOf(kernel, '/counts')),
      /\/counts" is gone \(map \d+\)$/,
    ],
  ];

  test.each(facts)('%s', async (_, move, message) => {
    using directory = temporaryDirectory();
    const { kernel, ports, file } = begin(directory);
    await converge(ports, root, file, options);
    directory.write('m.yaml', text.replace(', vfs_write', ''));
    const saved = save(ports, file);
    move({ directory, kernel });
    const before = kernel.read(root);

    const refusal: unknown = await converge(ports, root, file, {
      ...options,
      saved,
      force: true,
    }).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(RefusedError);
    expect(refusal).toMatchObject({ message: expect.stringMatching(message) as unknown });
    expect(kernel.read(root)).toEqual(before);
  });

  test('files that are gone', async () => {
    using directory = temporaryDirectory();
    const { ports, file } = begin(directory);
    const { content, fingerprint } = save(ports, file);
    const elsewhere = { file: path.join(directory.path, 'gone.yaml'), sha256: '' };
    const saved = { content: { ...content, manifest: elsewhere }, fingerprint };

    await expect(converge(ports, root, elsewhere.file, { ...options, saved })).rejects.toThrow(
      /gone\.yaml" does not exist$/,
    );
  });

  test('a kernel whose functions have other ids', async () => {
    using directory = temporaryDirectory();
    const { ports, file } = begin(directory);
    const saved = save(ports, file);
    const known = functionCatalog();
    const rebooted = {
      ...ports,
      functions: () => ({
        ...known,
        obstacle: () => undefined,
        find: (name: string) =>
          known.find(name).map((found) => ({ ...found, btfId: found.btfId + 1 })),
      }),
    };

    await expect(converge(rebooted, root, file, { ...options, saved })).rejects.toThrow(
      /give another plan here/,
    );
  });
});

type Move = (world: { readonly directory: Directory; readonly kernel: MemoryKernel }) => unknown;

function begin(directory: Directory) {
  const bytes = bpfObject();
  directory.write('opens.bpf.o', bytes);
  const file = directory.write('m.yaml', text);
  const maps = inspect('opens.bpf.o').maps;
  const object = {
    maps: new Map(maps.map((map) => [map.name, map])),
    rejected: new Map(),
    untraceable: new Set<never>(),
  };
  const kernel = new MemoryKernel(new Map([[digestObject(bytes), object]]));
  const ports: Ports = {
    kernel,
    ...library,
    functions: () => functionCatalog(),
    links: () => ({ limit: undefined, on: () => undefined }),
    targetObjects: () => targetObjects,
    ownersCheckedFor: undefined,
  };
  return { kernel, ports, file };
}

function save(ports: Ports, file: string): SavedPlan {
  const wanted = want(ports, root, file);
  const { observed, plan } = survey(ports.kernel, wanted);
  return savedPlan(wanted, observed, plan);
}

function pinOf(kernel: MemoryKernel, end: string) {
  const found = kernel.read(root).find((entry) => entry.path.endsWith(end));
  if (found === undefined) throw new Error(`nothing ends with "${end}"`);
  return found.path;
}
