import { existsSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { EbpfMap } from '../../src/bpf/maps/ebpf-map.ts';
import { isLinux, renameFiles } from '../library/support/kernel.ts';
import { fentryctl, fentryctlJson } from './support/fentryctl.ts';
import { clean, pins, root, tracingLinks, tracingPrograms } from './support/kernel.ts';
import { objectFile, workspace } from './support/workspace.ts';

// Where an exchange does not hold: what the command says, and that the default goes another way.

afterEach(clean);

interface Status {
  readonly manifests: readonly {
    readonly programs: readonly { readonly state: string; readonly attached_by?: string }[];
  }[];
}

const sleepable = '__x64_sys_getpgid';

test('what a manifest must not ask for, with the place, the reason and the cure', () => {
  using work = workspace('limits');
  work.object('limits');
  work.programs(
    'asks: { target: vfs_rename, replace: exchange }',
    `sleeps: { target: ${sleepable}, replace: exchange }`,
    'refuses: security_bpf',
  );

  const validated = fentryctl('validate', work.manifest);
  const planned = fentryctl('plan', work.manifest);

  for (const { status, stderr } of [validated, planned]) {
    expect(status).toBe(65);
    expect(stderr).toMatch(
      /limits.yaml:6:44: program "asks" cannot be replaced by exchange: it calls bpf_get_func_ip/,
    );
    expect(stderr).toMatch(/limits.yaml:7:53: program "sleeps" .* exchange: it is sleepable/);
    expect(stderr.match(/hint: write "replace: overlap" for it/g)).toHaveLength(2);
    expect(stderr).toMatch(
      /limits.yaml:8:7: program "refuses" is fmod_ret, and a manifest attaches only fentry and fexit/,
    );
    expect(stderr).toMatch(/hint: the library attaches it: .*asFModRet/);
  }
});

test('by default both have links of their own', () => {
  using work = workspace('limits');
  work.object('limits');
  work.programs('asks: vfs_rename', `sleeps: ${sleepable}`);

  const planned = fentryctl('plan', work.manifest);

  expect(planned.stdout.match(/attach .* objects\/it\/\S+\/link$/gm)).toHaveLength(2);
});

test.runIf(isLinux(5, 15))('a program that asks for its address gets it (Linux 5.15)', () => {
  using work = workspace('limits');
  work.object('limits');
  work.programs('asks: vfs_rename');

  const applied = fentryctl('apply', work.manifest);
  renameFiles(1);

  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(fentryctlJson<Status>('status', 'limits').manifests[0]?.programs).toMatchObject([
    { state: 'attached', attached_by: 'link' },
  ]);
  expect(variables()).toMatchObject({ address: addressOf('vfs_rename') });
});

test('where the kernel refuses a dispatcher, nothing stays, and the cure is said and works', () => {
  using ebpf = Ebpf.loadFile(objectFile('limits'));
  const refuses = ebpf.program('refuses').asFModRet();
  refuses.load();
  using work = workspace('refused');
  work.object('counter');
  const linkId = refuses.attach();
  const before = { links: tracingLinks(), programs: tracingPrograms() };

  work.programs('count_first: vfs_link');
  const refused = fentryctl('apply', work.manifest);
  const after = { links: tracingLinks(), programs: tracingPrograms() };
  const left = pins();
  work.programs('count_first: { target: vfs_link, replace: overlap }');
  const cured = fentryctl('apply', work.manifest);
  refuses.detach(linkId);

  expect(refused).toMatchObject({ status: 69 });
  expect(refused.stderr).toMatch(/a dispatcher is refused: cannot make a slot: .*\(EPERM\)/);
  expect(refused.stderr).toContain('hint: write "replace: overlap"');
  expect(after).toEqual(before);
  expect(left).toEqual([]);
  expect(cured).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(`${root}/refused`)).toBe(true);
});

/** Global variables of the object, all of 64 bits. */
function variables() {
  const pin = pins().find((path) => path.endsWith('/data/bss'));
  using map = EbpfMap.fromPin(`${root}/${pin}`);
  return map.get(0);
}

function addressOf(name: string): bigint {
  const line = new RegExp(`^([0-9a-f]+) T ${name}$`, 'm');
  return BigInt(`0x${line.exec(readFileSync('/proc/kallsyms', 'utf8'))?.[1]}`);
}
