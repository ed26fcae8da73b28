import { describe, expect, test } from 'vitest';
import type { ApplyOptions, ApplyReport } from '../../../src/apply/apply.ts';
import { apply } from '../../../src/apply/apply.ts';
import { FailedError } from '../../../src/base/errors.ts';
import { observe } from '../../../src/apply/observe.ts';
import type { Images } from '../../../src/apply/loaders.ts';
import { diff } from '../../../src/plan/diff.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import { pinPath } from '../../../src/state/ids.ts';
import type { PinPath } from '../../../src/state/ids.ts';
import type { TreeEntry } from '../../../src/apply/kernel.ts';
import { MemoryKernel } from '../../memory-kernel/memory-kernel.ts';
import type { MemoryObjects } from '../../memory-kernel/memory-object.ts';
import { digests, layout, name, object, program, wanted } from '../plan/sample.ts';

const two = wanted(
  object({ programs: [program('on_read', 'vfs_read'), program('on_write', 'vfs_write')] }),
);
const other = wanted(object({ digest: digests.b }));

const objects: MemoryObjects = new Map(
  Object.values(digests).map((digest) => [
    digest,
    {
      maps: new Map(object().maps.map((map) => [map.name, map.shape])),
      rejected: new Map(),
      untraceable: new Set(),
    },
  ]),
);
const images: Images = new Map(
  Object.values(digests).map((digest) => [digest, { file: '/x', bytes: new Uint8Array(), digest }]),
);

describe('what the report says', () => {
  test('all done, with the ids of what was made', async () => {
    const report = await applied(new MemoryKernel(objects), two);

    expect(statuses(report)).toEqual(['done', 'done', 'done', 'done']);
    expect(report).toMatchObject({ error: undefined, rollbackErrors: [] });
    expect(report.outcomes.map(({ programId }) => programId === undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(report.outcomes.map(({ linkId }) => linkId === undefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('nothing to do', async () => {
    const kernel = new MemoryKernel(objects);
    await applied(kernel, two);

    expect(await applied(kernel, two)).toEqual({
      outcomes: [],
      error: undefined,
      rollbackErrors: [],
    });
  });

  test('a failure: before it rolled back, after it skipped', async () => {
    const kernel = new MemoryKernel(objects);
    failOn(kernel, 'attach', 1);

    const report = await applied(kernel, two);

    expect(statuses(report)).toEqual(['rolled-back', 'rolled-back', 'rolled-back', 'failed']);
    expect(report.error).toMatchObject({ message: 'injected: cannot attach' });
    expect(report.outcomes[3]?.error).toBe(report.error);
  });

  test('a failure at the first operation skips the others', async () => {
    const kernel = new MemoryKernel(objects);
    failOn(kernel, 'load', 0);

    expect(statuses(await applied(kernel, two))).toEqual([
      'failed',
      'skipped',
      'skipped',
      'skipped',
    ]);
  });

  test('what could not be rolled back is still done, and says why', async () => {
    const kernel = new MemoryKernel(objects);
    failOn(kernel, 'attach', 1);
    const link = layout.link(slotOf('on_read', 'vfs_read'));

    const report = await applied(kernel, two, {
      onStart: (_, index) => {
        if (index === 3) kernel.copyPin(link, pinPath(`${layout.root}/elsewhere`));
      },
    });

    expect(statuses(report)).toEqual(['rolled-back', 'rolled-back', 'done', 'failed']);
    expect(report.rollbackErrors).toEqual([report.outcomes[2]?.error]);
    expect(report.rollbackErrors[0]).toMatchObject({
      message: expect.stringMatching(/still attached/) as unknown,
    });
  });

  test.each(['program', 'map', 'note', 'link'] as const)(
    'a %s that somebody removed meanwhile is rolled back already, and keeps nothing else',
    async (kind) => {
      const kernel = new MemoryKernel(objects);
      failOn(kernel, 'attach', 1);

      const report = await applied(kernel, two, {
        onStart: (_, index) => {
          if (index === 3) kernel.machine.unpin(pinOf(kernel, kind));
        },
      });

      expect(statuses(report)).toEqual(['rolled-back', 'rolled-back', 'rolled-back', 'failed']);
      expect(report.rollbackErrors).toEqual([]);
      expect(kernel.read(layout.root).filter((entry) => entry.kind !== 'directory')).toEqual([]);
    },
  );

  test('a link that somebody else holds: the rest is done all the same', async () => {
    const kernel = new MemoryKernel(objects);
    await applied(kernel, wanted(object()));
    const link = layout.link(slotOf('on_read', 'vfs_read'));
    kernel.copyPin(link, pinPath(`${layout.root}/elsewhere`));

    const report = await applied(kernel, other);

    expect(statuses(report)).toEqual(['done', 'done', 'failed', 'done', 'done', 'done']);
    expect(report.error).toMatchObject({
      message: expect.stringMatching(/still attached/) as unknown,
    });
  });

  test('what a failed operation could not take back by itself is told with what could not be undone', async () => {
    const kernel = new MemoryKernel(objects);
    const error = new FailedError('no memory');
    error.leftBehind.push(new FailedError('no memory for that either'));
    const onStart = (_: unknown, index: number): void => {
      if (index === 2) throw error;
    };

    const report = await applied(kernel, two, { onStart });

    expect(statuses(report)).toEqual(['rolled-back', 'rolled-back', 'failed', 'skipped']);
    expect(report).toMatchObject({ error, rollbackErrors: error.leftBehind });
  });

  test('a pause that is refused, after all else was done: all is rolled back', async () => {
    const kernel = new MemoryKernel(objects);
    await applied(kernel, exchanged('attached'));
    const before = kernel.machine.running();
    failOn(kernel, 'exchange', 1);

    const report = await applied(kernel, exchanged('paused'));

    expect(statuses(report)).toEqual(['rolled-back', 'failed']);
    expect(report).toMatchObject({
      rollbackErrors: [],
      error: { message: 'injected: cannot exchange' },
    });
    expect(kernel.machine.running()).toEqual(before);
  });

  test('an object that was never read is a bug, and is rolled back', async () => {
    const kernel = new MemoryKernel(objects);
    const plan = diff(layout, two, observe(kernel, layout, name));

    const report = await apply(kernel, plan, new Map());

    expect(statuses(report)).toEqual(['failed', 'skipped', 'skipped', 'skipped']);
    expect(report.error).toEqual(new Error(`no object with digest ${digests.a} was read`));
  });
});

describe('stopping', () => {
  test('before the first operation', async () => {
    const kernel = new MemoryKernel(objects);

    const report = await applied(kernel, two, { signal: AbortSignal.abort(new Error('stop')) });

    expect(report.error).toEqual(new Error('stop'));
    expect(kernel.machine.faults.steps).toEqual([]);
  });

  test('in the middle: rolls back', async () => {
    const kernel = new MemoryKernel(objects);
    const stop = new AbortController();

    const report = await applied(kernel, two, {
      signal: stop.signal,
      onStart: (_, index) => index === 2 && stop.abort(new Error('stop')),
    });

    expect(statuses(report)).toEqual(['rolled-back', 'rolled-back', 'rolled-back', 'failed']);
    expect(kernel.read(layout.root).filter(({ kind }) => kind !== 'directory')).toEqual([]);
  });

  test('a signal that comes between operations is heard before the next', async () => {
    const kernel = new MemoryKernel(objects);
    const stop = new AbortController();

    const report = await applied(kernel, two, {
      signal: stop.signal,
      onStart: () => void setImmediate(() => stop.abort(new Error('stop'))),
    });

    expect(
      statuses(report).filter((status) => status === 'rolled-back').length,
    ).toBeLessThanOrEqual(2);
    expect(report.error).toEqual(new Error('stop'));
  });
});

test('each operation is told before it starts', async () => {
  const told: string[] = [];

  await applied(new MemoryKernel(objects), two, {
    onStart: (operation, index) => told.push(`${index} ${operation.kind}`),
  });

  expect(told).toEqual(['0 load', '1 load', '2 attach', '3 attach']);
});

function exchanged(state: 'attached' | 'paused'): DesiredState {
  const programs = [program('on_read', 'vfs_read', state), program('on_write', 'vfs_write', state)];
  return wanted(object({ programs: programs.map((one) => ({ ...one, replace: 'exchange' })) }));
}

async function applied(
  kernel: MemoryKernel,
  desired: DesiredState,
  options?: ApplyOptions,
): Promise<ApplyReport> {
  return await apply(kernel, diff(layout, desired, observe(kernel, layout, name)), images, options);
}

function statuses(report: ApplyReport): readonly string[] {
  return report.outcomes.map(({ status }) => status);
}

/** Refuses the step of that name, after letting so many of them pass. */
function failOn(kernel: MemoryKernel, doing: string, passing: number): void {
  const { faults } = kernel.machine;
  const before = faults.before.bind(faults);
  let seen = 0;
  faults.before = (step) => {
    if (step.doing === doing && seen++ === passing)
      faults.fault = { kind: 'fail', at: faults.steps.length };
    before(step);
  };
}

/** The first of that kind. */
function pinOf(kernel: MemoryKernel, kind: TreeEntry['kind']): PinPath {
  const found = kernel.read(layout.root).find((entry) => entry.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} is pinned`);
  return found.path;
}

function slotOf(called: string, target: string) {
  const { name: of, digest } = object();
  return { ...program(called, target), object: of, digest };
}
