import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { collect, fentryctl, fentryctlJson, startFentryctl } from './support/fentryctl.ts';
import { clean, pins, tracingLinks, tracingPrograms, until } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

interface Refused {
  readonly error: {
    readonly exit_status: number;
    readonly refusals: readonly { readonly code: string; readonly attached?: number }[];
  };
}

interface Status {
  readonly manifests: readonly {
    readonly programs: readonly {
      readonly program: string;
      readonly protected: boolean;
      readonly id: number;
    }[];
  }[];
}

const first = 'count_first: bpf_fentry_test1';
const second = 'count_second: bpf_fentry_test1';

test('what would detach all is refused and changes nothing; plan says so, and --force passes', () => {
  using work = workspace('guarded');
  work.object('counter');
  work.programs(first, second);
  fentryctl('apply', work.manifest);
  const before = { links: tracingLinks(), pins: pins() };

  work.programs('count_return: bpf_fentry_test1');
  const planned = fentryctl('plan', work.manifest);
  const refused = fentryctl('apply', work.manifest);
  const facts = fentryctlJson<Refused>('apply', work.manifest);
  const after = { links: tracingLinks(), pins: pins() };
  const forced = fentryctl('apply', work.manifest, '--force');

  expect(planned.status).toBe(0);
  expect(planned.stdout).toContain('apply will refuse this plan: it would detach 2 of 2: "it/');
  expect(refused.status).toBe(3);
  expect(refused.stderr).toMatch(/it would detach 2 of 2: .*\n {2}hint: .*--force.*guard:/);
  expect(facts.error).toMatchObject({
    exit_status: 3,
    refusals: [{ code: 'detaches-too-much', attached: 2 }],
  });
  expect(after).toEqual(before);
  expect(forced).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toHaveLength(1);
});

test('the manifest can let all of it go', () => {
  using work = workspace('relaxed');
  work.object('counter');
  work.programs(first);
  fentryctl('apply', work.manifest);

  const spare = 'count_first: { target: bpf_fentry_test1, state: loaded }';
  work.programs(spare, '# to be relaxed');
  const refused = fentryctl('apply', work.manifest);
  work.write(
    `version: 1\nguard: { max_detach: 100% }\nobjects: { it: { file: it.bpf.o, programs: { ${spare} } } }\n`,
  );
  const relaxed = fentryctl('apply', work.manifest);

  expect(refused.status).toBe(3);
  expect(relaxed).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toEqual([]);
});

test('watch refuses it too, and goes on with the next edit', async () => {
  using work = workspace('watched');
  work.object('counter');
  work.programs(first);

  const watcher = startFentryctl('watch', work.manifest);
  const log = collect(watcher);
  await until('the first convergence', () => log().includes('converged'));
  const before = tracingLinks();
  work.programs(second);
  await until('the refusal', () => log().includes('it would detach 1 of 1'));
  const refused = tracingLinks();
  work.programs(first, second);
  await until('the next convergence', () => tracingLinks().length === 2);
  watcher.kill('SIGTERM');
  await once(watcher, 'exit');

  expect(refused).toEqual(before);
  expect(tracingLinks()).toEqual(expect.arrayContaining([...before]));
});

test('what is protected stays, whatever the manifest says, until it is forced', () => {
  using work = workspace('protected');
  work.object('counter');
  work.programs(first, second);
  fentryctl('apply', work.manifest);
  const unmarked = { links: tracingLinks(), programs: tracingPrograms() };
  work.programs('count_first: { target: bpf_fentry_test1, protect: true }', second);

  const marking = fentryctl('apply', work.manifest);
  const marked = { links: tracingLinks(), programs: tracingPrograms() };
  const status = fentryctlJson<Status>('status', 'protected');
  work.programs(second);
  const removed = fentryctl('apply', work.manifest);
  work.programs('count_first: { target: bpf_fentry_test1, state: loaded, protect: true }', second);
  const loaded = fentryctl('apply', work.manifest);
  const destroyed = fentryctl('destroy', 'protected', '--yes');
  const untouched = { links: tracingLinks(), programs: tracingPrograms() };
  work.programs(second);
  const forced = fentryctl('apply', work.manifest, '--force');

  expect(marking).toMatchObject({ status: 0, stderr: '' });
  expect(marked).toEqual(unmarked);
  expect(status.manifests[0]?.programs).toMatchObject([
    { program: 'count_first', protected: true },
    { program: 'count_second', protected: false },
  ]);
  for (const refused of [removed, loaded, destroyed]) {
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain(
      'it would detach what is protected: "it/count_first -> bpf_fentry_test1"',
    );
  }
  expect(untouched).toEqual(unmarked);
  expect(forced).toMatchObject({ status: 0, stderr: '' });
  expect(tracingLinks()).toHaveLength(1);
  expect(pins().filter((path) => path.includes('count_first'))).toEqual([]);
});

test('a new version takes over the protection, and destroy takes both when it is forced', () => {
  using work = workspace('upgraded');
  work.object('counter');
  work.programs('count_first: { target: bpf_fentry_test1, protect: true }');
  fentryctl('apply', work.manifest);
  const before = tracingLinks();

  work.object('counter-v2');
  const upgraded = fentryctl('apply', work.manifest);
  const after = tracingLinks();
  const marks = pins().filter((path) => path.endsWith('/protected'));
  const refused = fentryctl('destroy', 'upgraded', '--yes');
  const destroyed = fentryctl('destroy', 'upgraded', '--yes', '--force');

  expect(upgraded).toMatchObject({ status: 0, stderr: '' });
  expect(after).toEqual(before);
  expect(marks).toHaveLength(1);
  expect(refused.status).toBe(3);
  expect(destroyed).toMatchObject({ status: 0, stderr: '' });
  expect(pins()).toEqual([]);
  expect(tracingLinks()).toEqual([]);
});
