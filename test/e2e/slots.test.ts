import { afterEach, expect, test } from 'vitest';
import { fentryctl, fentryctlJson } from './support/fentryctl.ts';
import { clean, tracingLinks } from './support/kernel.ts';
import { workspace } from './support/workspace.ts';

afterEach(clean);

/** Milliseconds: some forty links are made, twice. */
const slow = 600_000;

interface Plan {
  readonly crowded: readonly {
    readonly target: string;
    readonly links: number;
    readonly needed: number;
  }[];
}

test(
  'a function takes so many links, as this kernel tells; what does not fit is said before anything is done',
  () => {
    using work = workspace('slots');
    work.object('many');
    const { link_limit: limit } = fentryctlJson<{ readonly link_limit: number }>(
      'targets',
      'vfs_link',
    );

    work.write(manifest(limit + 1));
    const tooMany = fentryctlJson<Plan>('plan', work.manifest);
    const refused = fentryctl('apply', work.manifest, '--force');
    const afterRefusal = tracingLinks();

    work.write(manifest(limit));
    const applied = fentryctl('apply', work.manifest);
    const afterApply = tracingLinks();
    work.write(manifest(limit, 'gap'));
    const first = fentryctlJson<Plan>('plan', work.manifest);
    work.write(manifest(limit, 'overlap', 65536));
    const upgrade = fentryctl('apply', work.manifest);

    expect(tooMany.crowded).toMatchObject([{ target: 'vfs_link', links: 0, needed: limit + 1 }]);
    expect(refused).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(
        `"vfs_link" takes ${limit} links at once, and would have ${limit + 1} (it has 0)`,
      ) as unknown,
    });
    expect(afterRefusal).toEqual([]);
    expect(applied.status).toBe(0);
    expect(afterApply).toHaveLength(limit);
    expect(first.crowded).toEqual([]);
    expect(upgrade).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('"replace: gap"') as unknown,
    });
    expect(tracingLinks()).toEqual(afterApply);
  },
  slow,
);

/** So many programs on one function, of as many copies of the object as that takes. */
function manifest(programs: number, replace = 'overlap', maxEntries?: number): string {
  const objects = Array.from({ length: Math.ceil(programs / 20) }, (_, index) => {
    const count = Math.min(20, programs - index * 20);
    const names = Array.from({ length: count }, (__, at) => `p${String(at).padStart(2, '0')}`);
    const lines = names.map((name) => `      ${name}: vfs_link\n`).join('');
    const maps =
      maxEntries === undefined
        ? ''
        : `    maps: { hits: { max_entries: ${maxEntries}, on_change: recreate } }\n`;
    return `  o${index}:\n    file: it.bpf.o\n${maps}    programs:\n${lines}`;
  });
  return `version: 1\nreplace: ${replace}\nobjects:\n${objects.join('')}`;
}
