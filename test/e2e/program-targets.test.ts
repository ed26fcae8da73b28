import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import {
  collect,
  fentryctl,
  fentryctlJson,
  fentryctlWithout,
  startFentryctl,
} from './support/fentryctl.ts';
import { bpftool, clean, counters, pins, root, tracingLinks, until } from './support/kernel.ts';
import { objectFile, workspace } from './support/workspace.ts';

/** Milliseconds for what starts the command many times, on a machine that others use too. */
const slow = 600_000;

interface Plan {
  readonly targets: readonly unknown[];
  readonly operations: readonly {
    readonly action: string;
    readonly reason: { readonly code: string };
  }[];
}

describe('functions of BPF programs', () => {
  const pin = '/sys/fs/bpf/watched-by-another';
  const loadXdp = (path: string): void => {
    execFileSync('bpftool', ['prog', 'load', objectFile('xdp'), path, 'type', 'xdp']);
  };
  afterEach(() => {
    clean();
    rmSync(pin, { force: true });
  });

  test(
    'watch attaches when the program is pinned, and to another that takes its place',
    async () => {
      using work = workspace('programs');
      work.object('counter');
      work.programs(
        `count_first: { target: { program: ${pin}, function: parse_length }, if_missing: wait, signature: "int (struct xdp_md *)" }`,
      );

      const watcher = startFentryctl('watch', work.manifest);
      const log = collect(watcher);
      await until('the first convergence', () => log().includes('unchanged'));
      loadXdp(pin);
      await until('the attach', () => tracingLinks().length === 1);
      await until('the report', () => log().includes('converged'));
      const [first] = tracingLinks();
      runProgram(pin, 3);
      const counted = hits();

      loadXdp(`${pin}-new`);
      renameSync(`${pin}-new`, pin);
      await until('the attach to the other', () => {
        const links = tracingLinks();
        return links.length === 1 && links[0]?.id !== first?.id;
      });
      runProgram(pin, 2);
      const plan = fentryctlJson<Plan>('plan', work.manifest);
      watcher.kill('SIGTERM');
      await once(watcher, 'exit');

      expect(counted).toBe(3);
      expect(hits()).toBe(5);
      expect(plan.operations).toEqual([]);
    },
    slow,
  );

  test(
    'by id and by tag, which take a privilege; what was detached is loaded again',
    () => {
      using work = workspace('programs');
      work.object('counter');
      loadXdp(pin);
      const { id, tag } = bpftool<{ readonly id: number; readonly tag: string }>(
        'prog',
        'show',
        'pinned',
        pin,
      );

      work.programs(`count_first: { target: { program: ${id}, function: pass } }`);
      const byId = fentryctl('apply', work.manifest);
      const without = fentryctlWithout('sys_admin', 'plan', work.manifest);
      work.programs(`count_first: { target: { program: "${tag}", function: pass } }`);
      const byTag = fentryctl('apply', work.manifest);
      runProgram(pin, 2);
      const counted = hits();
      rmSync(linkPin());
      const repaired = fentryctl('apply', work.manifest);
      runProgram(pin, 2);
      const before = hits();
      loadXdp(`${pin}-new`);
      renameSync(`${pin}-new`, pin); // the link holds the one before: both have the tag
      const replaced = fentryctl('apply', work.manifest);
      runProgram(pin, 2);
      const plan = fentryctlJson<Plan>('plan', work.manifest);

      expect([byId.status, byTag.status, repaired.status]).toEqual([0, 0, 0]);
      expect(without).toMatchObject({
        status: 77,
        stderr: expect.stringContaining('CAP_SYS_ADMIN') as unknown,
      });
      expect(counted).toBe(2);
      expect(before).toBe(4);
      expect(replaced).toMatchObject({ status: 0, stderr: '' });
      expect(replaced.stdout).toMatch(
        /:pass: the program that was loaded last; program \d+ has the same tag$/m,
      );
      expect(hits()).toBe(6);
      expect(plan.operations).toEqual([]);
      expect(plan.targets).toEqual([]);
    },
    slow,
  );

  function hits(): number | undefined {
    return counters(`${root}/programs/maps/it/hits`)[0];
  }

  function linkPin(): string {
    const found = pins().find((path) => path.endsWith('/link'));
    if (found === undefined) throw new Error('no link is pinned');
    return `${root}/${found}`;
  }
});

/** BPF_PROG_TEST_RUN. */
function runProgram(pin: string, times: number): void {
  const input = ['data_in', '/proc/version', 'repeat', String(times)];
  execFileSync('bpftool', ['prog', 'run', 'pinned', pin, ...input]);
}
