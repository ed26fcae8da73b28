import { describe, expect, test } from 'vitest';
import type { TreeEntry } from '../../src/apply/kernel.ts';
import { FailedError } from '../../src/base/errors.ts';
import type { Ports } from '../../src/converge.ts';
import { converge } from '../../src/converge.ts';
import { digestObject } from '../../src/manifest/digest.ts';
import { pinPath } from '../../src/state/ids.ts';
import { MemoryKernel } from '../memory-kernel/memory-kernel.ts';
import { bpfObject } from './manifest/elf-file.ts';
import { functionCatalog, inspect, library, temporaryDirectory } from './manifest/sample.ts';

const root = pinPath('/sys/fs/bpf/converged');

describe('what fails after the last operation', () => {
  test('the look at what was done: reported as an error, with all that was done', async () => {
    const { report } = await converged(Unreadable);

    expect(report.outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(report.error).toMatchObject({ message: 'cannot look' });
  });

  test('the removal of empty directories: the same', async () => {
    const { report } = await converged(Unsweepable);

    expect(report.outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(report.error).toMatchObject({ message: 'cannot remove' });
  });
});

/** Can be read once. */
class Unreadable extends MemoryKernel {
  #reads = 0;

  override read(...args: Parameters<MemoryKernel['read']>): readonly TreeEntry[] {
    if (this.#reads++ > 0) throw new FailedError('cannot look');
    return super.read(...args);
  }
}

class Unsweepable extends MemoryKernel {
  override read(...args: Parameters<MemoryKernel['read']>): readonly TreeEntry[] {
    const empty = pinPath(`${root}/m/attachments`);
    const entries = super.read(...args).filter(({ path }) => path !== empty);
    return [...entries, { path: empty, kind: 'directory' }];
  }

  override removeDirectory(): boolean {
    throw new FailedError('cannot remove');
  }
}

async function converged(kind: typeof MemoryKernel) {
  using directory = temporaryDirectory();
  const text =
    'version: 1\nname: m\nobjects: { o: { file: opens.bpf.o, programs: { count_lookup: vfs_read } } }\n';
  const file = directory.write('m.yaml', text);
  const bytes = bpfObject();
  directory.write('opens.bpf.o', bytes);
  const maps = new Map(inspect('opens.bpf.o').maps.map((map) => [map.name, map]));
  const object = { maps, rejected: new Map(), untraceable: new Set<never>() };
  const kernel = new kind(new Map([[digestObject(bytes), object]]));
  const ports: Ports = {
    ...library,
    kernel,
    functions: functionCatalog,
    ownersCheckedFor: undefined,
  };
  return await converge(ports, root, file, { lockTimeoutMs: 0 });
}
