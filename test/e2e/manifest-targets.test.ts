import { afterEach, describe, expect, test } from 'vitest';
import { fentryctl, fentryctlJson } from './support/fentryctl.ts';
import { clean, counters, linkFiles, root, tracingLinks } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

// Functions of the kernel itself: patterns, alternatives, and what may be missing.

afterEach(clean);

interface Plan {
  readonly operations: readonly {
    readonly action: string;
    readonly target?: string;
    readonly reason: { readonly code: string };
  }[];
  readonly targets: readonly {
    readonly targets: readonly string[];
    readonly patterns: readonly unknown[];
    readonly excluded: number;
    readonly left_out: readonly unknown[];
    readonly absent: readonly unknown[];
  }[];
}

describe('functions of the kernel', () => {
  test('patterns and exclusions: one program for each function', () => {
    using work = workspace('patterns');
    work.object('counter');
    work.programs(
      'count_first: { targets: ["!vfs_readlink", "vfs_*link", "!vfs_g*", "vfs_lin?"] }',
    );

    const plan = fentryctlJson<Plan>('plan', work.manifest);
    const text = fentryctl('plan', work.manifest).stdout;
    const applied = fentryctl('apply', work.manifest);
    linkFiles(3);

    const functions = ['vfs_link', 'vfs_symlink', 'vfs_unlink'];
    expect(plan.targets).toEqual([
      expect.objectContaining({
        targets: functions,
        patterns: [
          { pattern: 'vfs_*link', count: 3 },
          { pattern: 'vfs_lin?', count: 1 },
        ],
        excluded: 2,
      }),
    ]);
    expect(text).toContain(
      `= it/count_first -> 3 functions ("vfs_*link" 3, "vfs_lin?" 1): ${functions.join(', ')}; 2 excluded`,
    );
    expect(applied.status).toBe(0);
    expect(tracingLinks()).toHaveLength(3);
    expect(counters(`${root}/patterns/maps/it/hits`)[0]).toBeGreaterThanOrEqual(3);
    expect(fentryctlJson<Plan>('plan', work.manifest).operations).toEqual([]);
  });

  test('alternatives, and what may be missing: shown, and no difference', () => {
    using work = workspace('alternatives');
    work.object('counter');
    work.programs(
      'count_first: { first_of: [no_such_function, vfs_link] }',
      'count_second: { targets: [no_such_function, "no_such_*"], if_missing: skip }',
    );

    const applied = fentryctl('apply', work.manifest);
    const status = fentryctl('status', work.manifest);

    expect(applied).toMatchObject({ status: 0, stderr: '' });
    expect(tracingLinks()).toHaveLength(1);
    expect(status.status).toBe(0);
    expect(status.stdout).toMatch(/it\/count_second +no_such_\* +skipped: no such function/);
    expect(status.stdout).toMatch(/it\/count_first +vfs_link +attached by exchange/);
  });

  test('what would hang the machine is refused by name, and left out of a pattern', () => {
    using work = workspace('dangerous');
    work.object('counter');
    work.programs('count_first: __rcu_read_lock');
    const byName = fentryctl('apply', work.manifest);
    work.programs('count_first: { targets: ["__rcu_read_*lock", "vfs_link"], if_missing: skip }');
    const plan = fentryctlJson<Plan>('plan', work.manifest);

    expect(byName.status).toBe(65);
    expect(byName.stderr).toMatch(
      /"__rcu_read_lock" cannot be attached to: .*\n(.*\n){2} +hint: "allow_dangerous: true"/,
    );
    expect(plan.targets[0]?.targets).toEqual(['vfs_link']);
    expect(plan.targets[0]?.left_out).toContainEqual({
      target: '__rcu_read_lock',
      code: 'dangerous',
    });
    expect(plan.operations.map(({ target }) => target)).toEqual(['vfs_link', 'vfs_link']);
  });

  test('an accident is stopped', () => {
    using work = workspace('accident');
    work.object('counter');
    work.programs('count_first: { targets: ["vfs_*"], max_targets: 5 }');

    const applied = fentryctl('apply', work.manifest);

    expect(applied.status).toBe(65);
    expect(applied.stderr).toMatch(/these are \d+ functions, more than "max_targets: 5" allows/);
    expect(tracingLinks()).toEqual([]);
  });
});
