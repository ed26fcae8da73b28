import { afterEach, expect, test } from 'vitest';
import { fentryctl, fentryctlAsNobody, fentryctlJson } from './support/fentryctl.ts';
import { clean, tracingLinks } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

interface Answer {
  readonly functions: readonly {
    readonly name: string;
    readonly attachable: boolean;
    readonly obstacle?: { readonly code: string };
    readonly link_ids?: readonly number[];
    readonly pinned_by: readonly string[];
  }[];
  readonly link_limit: number;
  readonly unseen: readonly string[];
}

test('what this kernel has, what is attached to it and by which manifest', () => {
  using work = workspace('listed');
  work.object('counter');
  work.programs('count_first: vfs_link');
  fentryctl('apply', work.manifest);
  const links = tracingLinks();

  const { functions, unseen } = fentryctlJson<Answer>(
    'targets',
    'vfs_l*k',
    'vfs_llseek',
    'migrate_disable',
  );

  expect(links).toHaveLength(1);
  expect(functions).toMatchObject([
    {
      name: 'vfs_link',
      attachable: true,
      link_ids: links.map(({ id }) => id),
      pinned_by: ['listed'],
    },
    { name: 'vfs_llseek', attachable: true, link_ids: [], pinned_by: [] },
    { name: 'migrate_disable', attachable: false, obstacle: { code: 'denied' } },
  ]);
  expect(unseen).toEqual([]);
});

test('without privilege it lists the same, and says what it cannot see', () => {
  const root = fentryctl('targets', 'vfs_r*');
  const nobody = fentryctlAsNobody('targets', 'vfs_r*');

  expect(namesIn(nobody.stdout)).toEqual(namesIn(root.stdout));
  expect(nobody).toMatchObject({ status: 0 });
  expect(root.stderr).toBe('');
  expect(nobody.stderr).toContain('note: tracefs cannot be read');
  expect(nobody.stderr).toContain('note: links cannot be counted');
  expect(nobody.stderr).toContain('note: pins cannot be read');
});

test('a name that is not there: an error, with a near one', () => {
  const { status, stdout, stderr } = fentryctl('targets', 'vfs_lnik');

  expect({ status, stdout }).toEqual({ status: 65, stdout: '' });
  expect(stderr).toContain(
    'error: this kernel has no function "vfs_lnik"\n  hint: did you mean "vfs_link"',
  );
});

function namesIn(text: string): readonly (string | undefined)[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0]);
}
