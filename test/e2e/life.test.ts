import { afterEach, expect, test } from 'vitest';
import { bpfCalls } from './support/bpf-calls.ts';
import { fentryctl, fentryctlJson } from './support/fentryctl.ts';
import {
  clean,
  counters,
  linkFiles,
  mapId,
  pins,
  root,
  startLinking,
  tracingLinks,
  tracingPrograms,
  until,
} from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

interface Report {
  readonly changed: boolean;
  readonly operations: readonly {
    readonly action: string;
    readonly status: string;
    readonly link_id?: number;
  }[];
}

interface Status {
  readonly manifests: readonly {
    readonly programs: readonly {
      readonly program: string;
      readonly target: string;
      readonly state: string;
      readonly id: number;
      readonly link?: { readonly id: number; readonly prog_id: number };
    }[];
  }[];
}

test('a plan changes nothing, an apply does what it said, a second one loads nothing', () => {
  using work = workspace('once');
  work.object('counter');
  work.programs('count_first: vfs_link', 'count_second: { target: vfs_link, state: loaded }');

  const planned = fentryctl('plan', work.manifest, '--detailed-exitcode');
  const afterPlan = pins();
  const first = bpfCalls('apply', work.manifest, '--json');
  const applied = JSON.parse(first.ended.stdout) as Report; // asserted below
  const ids = tracingPrograms();
  const again = bpfCalls('apply', work.manifest, '--json');
  const status = fentryctlJson<Status>('status', work.manifest);

  expect(planned).toMatchObject({ status: 2, stderr: '' });
  expect(planned.stdout).toContain(
    'Plan: 2 to load, 1 to attach, 0 to detach, 0 to unpin (0 unchanged).',
  );
  expect(afterPlan).toEqual([]);
  expect(first.of('BPF_PROG_LOAD')).toBeGreaterThanOrEqual(2);
  expect(applied.operations.map(({ action, status: how }) => `${action} ${how}`)).toEqual([
    'load done',
    'load done',
    'attach done',
  ]);
  expect(again.ended).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(again.ended.stdout)).toMatchObject({ changed: false, operations: [] });
  expect(again.of('BPF_PROG_LOAD')).toBe(0);
  expect(tracingPrograms()).toEqual(ids);
  expect(status.manifests[0]?.programs.map(({ program, state }) => `${program} ${state}`)).toEqual([
    'count_first attached',
    'count_second loaded',
  ]);
  expect(tracingLinks().map((link) => link.id)).toEqual([
    status.manifests[0]?.programs[0]?.link?.id,
  ]);
});

test('the counter moves while attached, stands still after detach, and nothing is left after destroy', () => {
  using work = workspace('moves');
  work.object('counter');
  work.programs('count_first: vfs_link', 'count_return: vfs_link');
  const hits = `${root}/moves/maps/it/hits`;

  fentryctl('apply', work.manifest);
  linkFiles(7);
  const whileAttached = counters(hits);
  work.programs('count_first: { target: vfs_link, state: loaded }');
  const detached = fentryctl('apply', work.manifest, '--force');
  const atDetach = counters(hits);
  linkFiles(7);
  const afterwards = counters(hits);
  const destroyed = fentryctl('destroy', 'moves', '--yes');

  expect(whileAttached).toEqual([7, 7, 0, 0]);
  expect(detached).toMatchObject({ status: 0, stderr: '' });
  expect(afterwards).toEqual(atDetach);
  expect(destroyed).toMatchObject({ status: 0, stderr: '' });
  expect(pins()).toEqual([]);
  expect(tracingLinks()).toEqual([]);
  expect(tracingPrograms()).toEqual([]);
});

test('by overlap, a new version takes over without a gap, while calls are made, and goes on counting in the same map', async () => {
  using work = workspace('upgrade');
  work.object('counter');
  work.programs('count_first: { target: vfs_link, replace: overlap }');
  const hits = `${root}/upgrade/maps/it/hits`;

  fentryctl('apply', work.manifest);
  const before = { id: mapId(hits), link: tracingLinks()[0]?.id };
  work.object('counter-v2');
  const planned = fentryctl('plan', work.manifest);
  const load = startLinking();
  await until('the first call is counted', () => (counters(hits)[0] ?? 0) > 0);
  const applied = fentryctl('apply', work.manifest);
  await until('the new version counts', () => (counters(hits)[0] ?? 0) >= 1000);
  const made = await load.stop();
  const [seen = 0] = counters(hits);

  expect(planned.stdout).toMatch(/~ load .*object changed [0-9a-f]{8} -> [0-9a-f]{8}/);
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(mapId(hits)).toBe(before.id);
  expect(made).toBeLessThan(1000); // so that the thousands are what the new version saw, the rest what the old one saw
  expect(Math.floor(seen / 1000)).toBeGreaterThan(0);
  expect(seen % 1000).toBeGreaterThan(0);
  expect(Math.floor(seen / 1000) + (seen % 1000)).toBeGreaterThanOrEqual(made);
  expect(tracingLinks()).toHaveLength(1);
  expect(tracingLinks()[0]?.id).not.toBe(before.link);
  expect(tracingPrograms()).toHaveLength(1);
});
