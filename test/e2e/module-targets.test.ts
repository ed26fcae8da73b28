import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { collect, fentryctl, fentryctlJson, run, startFentryctl } from './support/fentryctl.ts';
import { clean, counters, root, tracingLinks, until } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

/** Milliseconds for what starts the command many times, on a machine that others use too. */
const slow = 600_000;

interface Plan {
  readonly operations: readonly {
    readonly action: string;
    readonly reason: { readonly code: string };
  }[];
}

describe('functions of modules', () => {
  const isLoaded = (): boolean => existsSync('/sys/kernel/btf/dummy');
  const modprobe = () => execFileSync('modprobe', ['dummy', 'numdummies=1']);
  const rmmod = () => run('rmmod', ['dummy']);
  afterEach(() => {
    clean();
    if (isLoaded()) execFileSync('rmmod', ['dummy']);
  });

  test.each(['exchange', 'overlap'])(
    'by %s: watch attaches when the module comes, and again when it comes back',
    async (way) => {
      using work = workspace('modules');
      work.object('counter');
      work.programs(
        `count_first: { targets: ["dummy:dummy_xmit"], if_missing: wait, replace: ${way} }`,
        'count_second: vfs_link',
      );

      const watcher = startFentryctl('watch', work.manifest);
      const log = collect(watcher);
      await until('the first convergence', () => tracingLinks().length === 1);
      const waiting = fentryctl('status', work.manifest);

      modprobe();
      await until('the program of the module', () => tracingLinks().length === 2);
      const attached = moduleOfLink(work.manifest);
      await sendPacket();
      const counted = counters(`${root}/modules/maps/it/hits`)[0];
      const inUse = rmmod();

      fentryctl('destroy', 'modules', '--yes', '--force');
      execFileSync('rmmod', ['dummy']);
      await until('what does not wait', () => tracingLinks().length === 1);
      const waitingAgain = fentryctl('status', work.manifest);

      modprobe();
      await until('the program of the module, again', () => tracingLinks().length === 2);
      const again = moduleOfLink(work.manifest);
      const stillThere = fentryctlJson<Plan>('plan', work.manifest);
      watcher.kill('SIGTERM');
      const [status] = (await once(watcher, 'exit')) as readonly unknown[]; // ChildProcess 'exit': code, signal

      expect(waitingAgain.stdout).toContain('waiting for module "dummy"');
      expect(waiting).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('waiting for module "dummy"') as unknown,
      });
      expect(counted).toBeGreaterThan(0);
      expect(inUse.status).not.toBe(0);
      expect(attached).toBeGreaterThan(0);
      expect(again).toBeGreaterThan(attached ?? 0);
      expect(stillThere.operations).toEqual([]);
      expect(log()).toMatch(/module loaded.*dummy/);
      expect(log()).toMatch(/module unloaded.*dummy/);
      expect(status).toBe(0);
    },
    slow,
  );

  // From 6.4 on a program that is loaded keeps its module (kernel/bpf/verifier.c, bpf_check_attach_target).
  test.runIf(isBefore(6, 4))('what was loaded for a module before is loaded again', async () => {
    using work = workspace('reloaded');
    work.object('counter');
    modprobe();
    work.programs('count_first: { target: "dummy:dummy_xmit", state: loaded }');
    const first = fentryctl('apply', work.manifest);
    execFileSync('rmmod', ['dummy']);
    modprobe();
    work.programs('count_first: "dummy:dummy_xmit"');

    const plan = fentryctlJson<Plan>('plan', work.manifest);
    const second = fentryctl('apply', work.manifest);
    await sendPacket();

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(plan.operations.find(({ action }) => action === 'load')?.reason.code).toBe(
      'target-replaced',
    );
    expect(counters(`${root}/reloaded/maps/it/hits`)[0]).toBeGreaterThan(0);
  });

  test('a module that is not there, and a function that it does not have', () => {
    using work = workspace('lacking');
    work.object('counter');
    work.programs('count_first: "dummy:dummy_xmit"');
    const noModule = fentryctl('plan', work.manifest);
    modprobe();
    work.programs('count_first: "dummy:dummy_xmitt"');
    const noFunction = fentryctl('plan', work.manifest);

    expect(noModule).toMatchObject({
      status: 65,
      stderr: expect.stringContaining('no module "dummy" with BTF is loaded') as unknown,
    });
    expect(noFunction).toMatchObject({
      status: 65,
      stderr: expect.stringContaining('did you mean "dummy_xmit"?') as unknown,
    });
  });
});

interface Status {
  readonly manifests: readonly {
    readonly programs: readonly {
      readonly target: string;
      readonly link?: { readonly target_obj_id?: number };
    }[];
  }[];
}

/** What the kernel tells of the module that the link is on. */
function moduleOfLink(manifest: string): number | undefined {
  const { manifests } = fentryctlJson<Status>('status', manifest);
  const found = manifests[0]?.programs.find(({ target }) => target.startsWith('dummy:'));
  return found?.link?.target_obj_id;
}

/** Calls `dummy_xmit`: the device needs no address of the other's. */
async function sendPacket(): Promise<void> {
  execFileSync('ip', ['link', 'set', 'dummy0', 'up']);
  execFileSync('ip', ['address', 'replace', '192.0.2.1/24', 'dev', 'dummy0']);
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.send('x', 9, '192.0.2.2', (error) => (error === null ? resolve() : reject(error)));
  });
  await new Promise<void>((resolve) => {
    socket.close(resolve);
  });
}

function isBefore(wantedMajor: number, wantedMinor: number): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
