import { describe, expect, test } from 'vitest';
import { toJson } from '../../../src/cli/output/json.ts';
import { planFacts, renderPlan } from '../../../src/cli/output/plan.ts';
import { diff } from '../../../src/plan/diff.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { kernelFunction, pinPath } from '../../../src/state/ids.ts';
import { byExchange, exchange, paused, replacedBy } from '../plan/exchange-facts.ts';
import {
  applied,
  desiredMap,
  digests,
  instance,
  layout,
  map,
  object,
  pinned,
  program,
  protectedProgram,
  shape,
  slot,
  wanted,
} from '../plan/sample.ts';

const a = digests.a;
const b = digests.b;

test('something new', () => {
  expect(rendered(diff(layout, wanted(object()), pinned()))).toBe(
    `Pins below ${layout.directory}:
  + load    opens/on_read -> vfs_read  new in the manifest  objects/opens/${a}/programs/on_read/vfs_read/program
  + attach  opens/on_read -> vfs_read  new in the manifest  objects/opens/${a}/programs/on_read/vfs_read/link
Plan: 1 to load, 1 to attach, 0 to detach, 0 to unpin (0 unchanged).
`,
  );
});

test('something that changes, in columns', () => {
  const plan = diff(
    layout,
    wanted(object({ digest: b })),
    applied({ maps: [map('counts'), map('of.old')] }),
  );

  expect(shortened(rendered(plan))).toBe(
    `Pins below D:
  ~ load    opens/on_read -> vfs_read  object changed aaaaaaaa -> bbbbbbbb  objects/opens/B/programs/on_read/vfs_read/program
  ~ attach  opens/on_read -> vfs_read  object changed aaaaaaaa -> bbbbbbbb  objects/opens/B/programs/on_read/vfs_read/link
  ~ detach  opens/on_read -> vfs_read  object changed aaaaaaaa -> bbbbbbbb  objects/opens/A/programs/on_read/vfs_read/link
  ~ unpin   opens/on_read -> vfs_read  object changed aaaaaaaa -> bbbbbbbb  objects/opens/A/programs/on_read/vfs_read/program
  - unpin   opens/map of.old           object no longer has this map        maps/opens/of%2Eold
  ~ unpin   opens/map bss              object changed aaaaaaaa -> bbbbbbbb  objects/opens/A/data/bss
  ~ unpin   opens/source               object changed aaaaaaaa -> bbbbbbbb  objects/opens/A/source
Plan: 1 to load, 1 to attach, 1 to detach, 4 to unpin (0 unchanged).
`,
  );
});

test('a map that is made anew says what it was and what it will be; one that may not be says why nothing is done', () => {
  const larger = { shape: { ...shape, maxEntries: 32 } };
  const planFor = (recreate: boolean): string =>
    rendered(
      diff(
        layout,
        wanted(object({ maps: [desiredMap('counts', { ...larger, recreate })] })),
        applied(),
      ),
    );

  expect(planFor(true)).toContain(
    '  ~ unpin   opens/map counts           map "counts" is made anew, its content is lost: hash (key 4 B, value 8 B, 16 entries) -> hash (key 4 B, value 8 B, 32 entries)  maps/opens/counts\n',
  );
  expect(planFor(false)).toContain(
    `This plan cannot be applied: maps are pinned with other definitions.
apply will refuse this plan: map "opens/counts" is pinned as hash (key 4 B, value 8 B, 16 entries), and wanted as hash (key 4 B, value 8 B, 32 entries)
  hint: a map cannot be resized; "on_change: recreate" in the manifest makes it anew, and what is in it is lost
`,
  );
});

describe('summaries', () => {
  const foreign = (below: string) => [
    { path: pinPath(`${layout.directory}/${below}`), what: 'a note' },
  ];

  test.each([
    ['nothing to do', applied(), 'No changes: the kernel matches the manifest (1 unchanged).\n'],
    [
      'something foreign beside',
      applied({ foreign: foreign('x') }),
      `  ? ${layout.directory}/x: a note; left alone\nNo changes: the kernel matches the manifest (1 unchanged).\n`,
    ],
  ])('%s', (_, observed, text) => {
    expect(rendered(diff(layout, wanted(object()), observed))).toBe(text);
  });

  test('something foreign in the way', () => {
    const plan = diff(layout, wanted(object()), pinned({ foreign: foreign('objects/opens') }));

    expect(rendered(plan).split('\n').slice(-3)).toEqual([
      `  ! ${layout.directory}/objects/opens: a note, in the way`,
      'This plan cannot be applied: foreign pins are in the way.',
      '',
    ]);
  });
});

describe('what apply will refuse', () => {
  test('is said below the plan, and what to do', () => {
    expect(
      rendered(diff(layout, wanted(), applied()))
        .split('\n')
        .slice(-4),
    ).toEqual([
      'Plan: 0 to load, 0 to attach, 1 to detach, 4 to unpin (0 unchanged).',
      'apply will refuse this plan: it would detach 1 of 1: "opens/on_read -> vfs_read"',
      '  hint: if that is meant, give --force, or write a higher "guard: { max_detach: … }" into the manifest',
      '',
    ]);
  });

  test('is there for programs too', () => {
    const lost = [{ object: 'opens', program: 'on_read', target: 'vfs_read' }];
    const marked = applied({ instances: [instance({ slots: [slot({ protected: true })] })] });

    expect(JSON.parse(toJson(planFacts(diff(layout, wanted(), marked))))).toMatchObject({
      losses: { attached: 1, lost, protected: lost },
      refusals: [
        { code: 'protected', attachments: lost },
        { code: 'detaches-too-much', attached: 1, attachments: lost },
      ],
    });
  });
});

describe('by exchange', () => {
  test('a new version, and what is paused', () => {
    const upgraded = diff(layout, wanted({ ...exchange, digest: b }), byExchange());

    expect(shortened(rendered(upgraded))).toBe(
      `Pins below D:
  ~ load      opens/on_read -> vfs_read  object changed aaaaaaaa -> bbbbbbbb  objects/opens/B/programs/on_read/vfs_read/program
  ~ exchange  opens/on_read -> vfs_read  object changed aaaaaaaa -> bbbbbbbb  attachments/opens/on_read/vfs_read/fentry/slot
  ~ unpin     opens/on_read -> vfs_read  object changed aaaaaaaa -> bbbbbbbb  objects/opens/A/programs/on_read/vfs_read/program
  ~ unpin     opens/map bss              object changed aaaaaaaa -> bbbbbbbb  objects/opens/A/data/bss
  ~ unpin     opens/source               object changed aaaaaaaa -> bbbbbbbb  objects/opens/A/source
Plan: 1 to load, 0 to attach, 1 to exchange, 0 to detach, 3 to unpin (0 unchanged).
`,
    );
    expect(rendered(diff(layout, wanted(paused), byExchange()))).toMatch(
      /\n {2}- pause .*"state: paused" .*slot\nPlan: 0 to load, 0 to attach, 1 to pause, 0 to detach/,
    );
    expect(rendered(diff(layout, wanted(paused), pinned()))).toMatch(
      / {2}\+ attach {2}opens\/on_read -> vfs_read \(paused\)/,
    );
  });

  test('a gap is said, and so is what goes with an attachment', () => {
    const gap = rendered(diff(layout, wanted({ ...replacedBy('gap'), digest: b }), applied()));
    const ended = rendered(diff(layout, wanted(replacedBy('overlap')), byExchange()));

    expect(gap).toMatch(/ {2}~ detach {2}opens\/on_read -> vfs_read \(gap\) .*\n.* attach /);
    expect(ended).toMatch(/ unpin .*\(slot\) {2}replaced by overlap from now on/);
  });

  test('for programs', () => {
    const attach = factsOf(diff(layout, wanted(exchange), pinned()));
    const gap = factsOf(diff(layout, wanted({ ...replacedBy('gap'), digest: b }), applied()));

    expect(attach).toMatchObject({
      operations: [
        { action: 'load' },
        { action: 'attach', slot: { state: 'attached', pinned: expect.anything() as unknown } },
      ],
      summary: { attach: 1, exchange: 0, pause: 0 },
    });
    expect(gap).toMatchObject({
      operations: [{}, { action: 'detach', gap: true }, {}, {}, {}, {}],
    });
  });
});

test('marks are counted where there are any, and read apart from programs', () => {
  const protecting = wanted(object({ programs: [protectedProgram('on_read', 'vfs_read')] }));
  const marked = applied({ instances: [instance({ slots: [slot({ protected: true })] })] });

  expect(rendered(diff(layout, protecting, applied()))).toBe(
    `Pins below ${layout.directory}:
  + protect  opens/on_read -> vfs_read  the manifest says "protect: true"  objects/opens/${a}/programs/on_read/vfs_read/protected
Plan: 0 to load, 0 to attach, 1 to protect, 0 to detach, 0 to unpin (0 unchanged).
`,
  );
  expect(rendered(diff(layout, wanted(object()), marked))).toContain(
    '- unpin   opens/on_read -> vfs_read (mark)  the manifest no longer says "protect: true"',
  );
});

test('colour only where it is wanted, and nothing that a terminal would obey', () => {
  const evil = { ...program('on_read', 'vfs_read'), target: kernelFunction('vfs\u001b[2J') };
  const plan = diff(layout, wanted(object({ programs: [evil] })), pinned());

  expect(rendered(plan)).not.toContain('\u001b');
  expect(rendered(plan)).toContain('vfs\\x1b[2J');
  expect(rendered(plan, true)).toContain('\u001b[32m  + load  \u001b[39m');
});

test('the same facts for programs', () => {
  const facts: unknown = JSON.parse(toJson(planFacts(diff(layout, wanted(), applied()))));

  expect(facts).toMatchObject({
    name: 'sample',
    changes: true,
    summary: { load: 0, attach: 0, detach: 1, unpin: 4, unchanged: 0 },
    conflicts: [],
    map_changes: [],
    foreign: [],
  });
  expect(facts).toHaveProperty('operations.0', {
    action: 'detach',
    sign: '-',
    object: 'opens',
    program: 'on_read',
    target: 'vfs_read',
    reason: { code: 'object-removed' },
    pinned: `${layout.directory}/objects/opens/${a}/programs/on_read/vfs_read/link`,
  });
  expect(facts).toHaveProperty('operations.2', {
    action: 'unpin',
    sign: '-',
    object: 'opens',
    what: 'map',
    reason: { code: 'object-removed' },
    pinned: `${layout.directory}/maps/opens/counts`,
  });
});

function factsOf(plan: Plan): unknown {
  return JSON.parse(toJson(planFacts(plan)));
}

function shortened(text: string): string {
  return text.replaceAll(layout.directory, 'D').replaceAll(a, 'A').replaceAll(b, 'B');
}

function rendered(plan: Plan, colour = false): string {
  return renderPlan(plan, layout.directory, { colour });
}
