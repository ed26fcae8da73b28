import { expect, test } from 'vitest';
import type { ApplyReport } from '../../../src/apply/apply.ts';
import { absenceText, expansionLines } from '../../../src/cli/output/expansion.ts';
import { planFacts, renderPlan } from '../../../src/cli/output/plan.ts';
import { renderReport } from '../../../src/cli/output/report.ts';
import { renderStatus, statusFacts } from '../../../src/cli/output/status.ts';
import { statusRows } from '../../../src/cli/status-rows.ts';
import { diff } from '../../../src/plan/diff.ts';
import type { AbsentTarget, Expansion } from '../../../src/state/expansion.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import {
  applied,
  digests,
  expansion,
  layout,
  object,
  pinned,
  program,
  wanted,
} from '../plan/sample.ts';

const plain = { colour: false };
const waiting: AbsentTarget = {
  target: 'nf:hook',
  state: 'waiting',
  why: { code: 'no-such-module', module: 'nf' },
};

test.each<[text: string, expansion: Partial<Expansion>]>([
  [
    'opens/on_read -> 2 functions of "vfs_*": vfs_read, vfs_write',
    { targets: named('vfs_read', 'vfs_write'), patterns: [{ pattern: 'vfs_*', count: 2 }] },
  ],
  [
    'opens/on_read -> 9 functions ("a*" 4, "b*" 5); 2 excluded; 3 functions left out: 2 dangerous, 1 cannot be traced',
    {
      targets: many(9),
      patterns: [
        { pattern: 'a*', count: 4 },
        { pattern: 'b*', count: 5 },
      ],
      excluded: 2,
      leftOut: [
        { target: kernelFunction('x'), code: 'dangerous' },
        { target: kernelFunction('y'), code: 'not-traceable' },
        { target: kernelFunction('z'), code: 'dangerous' },
      ],
    },
  ],
  ['opens/on_read -> 1 function: vfs_read', { targets: named('vfs_read') }],
  [
    'opens/on_read -> 1 function: vfs_read; "!vfs_raed" leaves nothing out',
    { targets: named('vfs_read'), idle: ['!vfs_raed'] },
  ],
  ['opens/on_read -> nf:hook: waiting for module "nf"', { absent: [waiting] }],
])('%s', (text, given) => {
  expect(expansionLines([expansion(given)], plain)).toBe(`  = ${text}\n`);
});

test('which of the programs with a tag is meant', () => {
  const sameTag = [
    { target: 'tag 0123456789abcdef:pass', older: [7] },
    { target: 'tag 00000000000000aa:pass', older: [7, 8] },
  ];

  const lines = expansionLines([expansion({ sameTag })], plain).split('\n');

  expect(lines.slice(0, 2)).toEqual([
    '  = opens/on_read -> tag 0123456789abcdef:pass: the program that was loaded last; program 7 has the same tag',
    '  = opens/on_read -> tag 00000000000000aa:pass: the program that was loaded last; programs 7, 8 have the same tag',
  ]);
});

test('all names are told to those who ask', () => {
  const lines = expansionLines([expansion({ targets: many(9) })], { colour: false, verbose: true });

  expect(lines).toBe(`  = opens/on_read -> 9 functions: ${many(9).join(', ')}\n`);
});

test.each<[text: string, absent: Pick<AbsentTarget, 'state' | 'why'>]>([
  ['skipped: no such function', { state: 'skipped', why: { code: 'no-such-function' } }],
  ['waiting: no such function', { state: 'waiting', why: { code: 'no-such-function' } }],
  ['skipped: no module "nf" with BTF', { ...waiting, state: 'skipped' }],
  ['waiting for module "nf"', waiting],
  [
    'waiting for /sys/fs/bpf/xdp',
    { state: 'waiting', why: { code: 'no-such-program', program: '/sys/fs/bpf/xdp' } },
  ],
  [
    'skipped: no such program',
    { state: 'skipped', why: { code: 'no-such-program', program: 'program 7' } },
  ],
  [
    'skipped: only as "x.isra.0"',
    { state: 'skipped', why: { code: 'no-symbol', text: 'only as "x.isra.0"' } },
  ],
  [
    'skipped: none of the 3 that match can be attached to',
    { state: 'skipped', why: { code: 'none-attachable', matching: 3 } },
  ],
])('%s', (text, absent) => {
  expect(absenceText(absent)).toBe(text);
});

const onMany = {
  ...wanted(object({ programs: many(9).map((target) => program('on_read', target)) })),
  expansions: [
    expansion({ targets: many(9), patterns: [{ pattern: 'f*', count: 9 }], absent: [waiting] }),
  ],
};

test('a plan for many functions has a line for all of them', () => {
  const plan = diff(layout, onMany, pinned());

  expect(renderPlan(plan, layout.directory, plain)).toBe(
    `  = opens/on_read -> 9 functions of "f*"
  = opens/on_read -> nf:hook: waiting for module "nf"
Pins below ${layout.directory}:
  + load    opens/on_read -> 9 functions  new in the manifest  objects/opens/${digests.a}/programs/on_read/
  + attach  opens/on_read -> 9 functions  new in the manifest  objects/opens/${digests.a}/programs/on_read/
Plan: 9 to load, 9 to attach, 0 to detach, 0 to unpin (0 unchanged).
`,
  );
  expect(
    renderPlan(plan, layout.directory, { colour: false, verbose: true }).split('\n'),
  ).toHaveLength(2 + 1 + 18 + 2);
});

test('what a pattern left out is only as much as could be read, and that is told', () => {
  const plan = { ...diff(layout, onMany, pinned()), unseen: ['tracefs'] as const };

  expect(renderPlan(plan, layout.directory, plain).split('\n')[2]).toMatch(
    /^note: tracefs cannot be read: /,
  );
  expect(planFacts(plan)).toMatchObject({ unseen: ['tracefs'] });
  const byName = { ...plan, expansions: [] };
  expect(renderPlan(byName, layout.directory, plain)).not.toContain('note:');
});

test('a report has lines for those that ended alike', () => {
  const plan = diff(layout, onMany, pinned());
  const outcomes = plan.operations.map((operation, index) => {
    return { operation, status: index === 17 ? ('failed' as const) : ('rolled-back' as const) };
  });
  const report: ApplyReport = { outcomes, error: new Error('no'), rollbackErrors: [] };

  const lines = renderReport({ plan, report }, plain).split('\n').slice(2);

  expect(lines[0]).toBe(
    '  + load    opens/on_read -> 9 functions  new in the manifest  rolled back',
  );
  expect(lines[9]).toBe('  + attach  opens/on_read -> f9           new in the manifest  FAILED');
  expect(lines).toHaveLength(1 + 9 + 2);
});

test('for programs, all is listed', () => {
  expect(planFacts(diff(layout, onMany, pinned()))).toMatchObject({
    operations: { length: 18 },
    targets: [
      {
        object: 'opens',
        program: 'on_read',
        patterns: [{ pattern: 'f*', count: 9 }],
        targets: many(9),
        excluded: 0,
        left_out: [],
        absent: [
          {
            target: 'nf:hook',
            state: 'waiting',
            reason: { code: 'no-such-module', module: 'nf' },
          },
        ],
      },
    ],
  });
});

test('status shows what is waited for, and it is no problem', () => {
  const desired = { ...wanted(object()), expansions: [expansion({ absent: [waiting] })] };
  const observed = applied();
  const rows = statusRows(layout, observed, diff(layout, desired, observed));
  const status = { layout, observed, rows, missingMaps: [] };

  expect(rows.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  expect(renderStatus([status], 0, plain).split('\n')[2]).toBe(
    'opens/on_read  nf:hook   waiting for module "nf"  -     -     -',
  );
  expect(statusFacts(status, 0)).toMatchObject({
    programs: [
      { target: 'nf:hook', state: 'waiting', reason: { code: 'no-such-module', module: 'nf' } },
      { target: 'vfs_read', state: 'attached', reason: undefined },
    ],
  });
});

function named(...names: readonly string[]) {
  return names.map(kernelFunction);
}

function many(count: number) {
  return Array.from({ length: count }, (_, index) => kernelFunction(`f${index + 1}`));
}
