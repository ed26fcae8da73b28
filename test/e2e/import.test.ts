import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { fentryctl, fentryctlJson, fentryctlWithout, run } from './support/fentryctl.ts';
import { clean, tracingLinks } from './support/kernel.ts';
import { objectFile, workspace } from './support/workspace.ts';

const theirs = '/sys/fs/bpf/theirs';

afterEach(() => {
  clean();
  run('rm', ['-rf', theirs]);
});

test('a manifest of what was applied changes nothing when it is applied', () => {
  using work = workspace('imported');
  work.object('counter');
  work.programs(
    'count_first: { targets: [vfs_link, vfs_unlink], protect: true }',
    'count_second: { target: vfs_link, state: paused }',
    'count_return: { target: vfs_link, replace: overlap }',
  );
  fentryctl('apply', work.manifest);

  const imported = fentryctl('import', 'imported');
  rmSync(work.manifest);
  const again = join(work.directory, 'again.yaml');
  writeFileSync(again, imported.stdout);
  const planned = fentryctl('plan', again, '--detailed-exitcode');

  expect(imported).toMatchObject({ status: 0, stderr: '' });
  expect(imported.stdout).toMatch(/^ {4}sha256: /m);
  expect(planned).toMatchObject({
    status: 0,
    stdout: 'No changes: the kernel matches the manifest (4 unchanged).\n',
    stderr: '',
  });
});

test('a manifest of what bpftool and somebody with a library pinned, with whole names, targets and links', () => {
  using work = workspace('theirs');
  const object = objectFile('long-names');
  const loaded = run('bpftool', ['prog', 'loadall', object, theirs]);
  expect(loaded, loaded.stderr).toMatchObject({ status: 0 });
  attachAndPin(object, 'count_calls_of_test_second', `${theirs}/attached`);

  const imported = fentryctl('import', theirs);
  const facts = fentryctlJson<Facts>('import', theirs);
  const denied = fentryctlWithout('sys_admin', 'import', theirs);
  writeFileSync(work.manifest, imported.stdout);
  copyFileSync(object, join(work.directory, 'CHANGE-ME.bpf.o'));
  const valid = fentryctl('validate', work.manifest);

  expect(imported).toMatchObject({ status: 0, stderr: '' });
  const names = facts.programs.map(({ name }) => name.replace('count_calls_of_test_', ''));
  expect(names).toEqual(['first', 'second', 'second']);
  for (const one of facts.programs)
    expect(one).toMatchObject({ target: 'bpf_fentry_test1', maps: ['calls_of_the_te'] });
  expect(facts.programs.map((one) => one.attach_type)).toEqual([undefined, undefined, 'fentry']);
  expect(facts.programs.flatMap(({ links }) => links)).toEqual(
    tracingLinks().map(({ id }) => ({ id, pinned: `${theirs}/attached` })),
  );
  expect(denied).toMatchObject({ status: 77 });
  expect(denied.stderr).toContain('missing CAP_SYS_ADMIN');
  expect(valid.stdout).toContain('valid (2 objects, 3 programs)');
});

test('nothing to import is told', () => {
  const { status, stdout, stderr } = fentryctl('import', theirs, '--json');

  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toEqual({ manifest: null, programs: [], left_alone: [], notes: [] });
  expect(stderr).toContain(`no fentry or fexit program of others is pinned below "${theirs}"`);
});

interface Facts {
  readonly programs: readonly {
    readonly name: string;
    readonly attach_type?: string;
    readonly links: readonly unknown[];
  }[];
}

/** As a program of somebody's own would. */
function attachAndPin(object: string, name: string, pin: string): void {
  using ebpf = Ebpf.loadFile(object);
  const program = ebpf.program(name).asFEntry();
  program.load();
  program.takeLink(program.attach()).pin(pin)[Symbol.dispose]();
}
