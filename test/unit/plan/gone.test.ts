import { expect, test } from 'vitest';
import { diff } from '../../../src/plan/diff.ts';
import { refusalsOf } from '../../../src/plan/guard.ts';
import type { Absence } from '../../../src/state/expansion.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import {
  applied,
  attachment,
  digests,
  expansion,
  instance,
  layout,
  object,
  slot,
  wanted,
} from './sample.ts';

// What is still pinned for a function whose module was unloaded, and which the manifest may do without.

const hook = kernelFunction('nf:hook');
const dead = applied({
  instances: [instance({ slots: [slot({ target: hook, protected: true })] })],
});
const missing: Absence = { code: 'no-such-module', module: 'nf' };

test.each([
  ['a function', 'nf:hook'],
  ['a pattern', 'nf:*'],
])('of %s: it goes, is said to be gone, and is no loss', (_, target) => {
  const plan = diff(layout, without(target, missing), dead);

  expect(plan.operations.map(({ kind, reason }) => `${kind} ${reason.code}`)).toEqual([
    'detach target-gone',
    'unpin target-gone',
    'unpin target-gone',
  ]);
  expect(plan.losses).toMatchObject({ attached: 0, lost: [], unprotected: [] });
  expect(refusalsOf(plan)).toEqual([]);
});

test('of another version, or attached by exchange: the same', () => {
  const older = applied({
    instances: [instance({ digest: digests.b, slots: [slot({ target: hook })] })],
  });
  const byExchange = applied({
    instances: [instance({ slots: [] })],
    attachments: [attachment({ target: hook })],
  });

  for (const observed of [older, byExchange]) {
    const plan = diff(layout, without('nf:hook', missing), observed);
    expect(plan.operations.find(({ kind }) => kind === 'detach')?.reason.code).toBe('target-gone');
    expect(plan.losses.lost).toEqual([]);
  }
});

test('of a BPF program: it is gone, and what watches it still may run', () => {
  const target = kernelFunction('/sys/fs/bpf/xdp/main:parse_ip');
  const observed = applied({ instances: [instance({ slots: [slot({ target })] })] });
  const why: Absence = { code: 'no-such-program', program: '/sys/fs/bpf/xdp/main' };

  const plan = diff(layout, without(target, why), observed);

  expect(plan.operations[0]?.reason.code).toBe('target-gone');
  expect(plan.losses.lost).toHaveLength(1);
});

test.each<[name: string, desired: DesiredState, observed: ObservedState]>([
  ['of another function', without('nf:other', missing), dead],
  ['of the kernel itself', without('vfs_*', { code: 'no-such-function' }), applied()],
  [
    'that is there, and may not be attached to',
    without('nf:*', { code: 'none-attachable', matching: 1 }),
    dead,
  ],
  ['that the manifest does not name', wanted(object({ programs: [] })), dead],
])('what is attached to a function %s is a loss', (_, desired, observed) => {
  const plan = diff(layout, desired, observed);

  expect(plan.operations[0]?.reason.code).toBe('removed');
  expect(plan.losses.lost).toHaveLength(1);
});

function without(target: string, why: Absence): DesiredState {
  const expansions = [expansion({ absent: [{ target, state: 'waiting', why }] })];
  return { ...wanted(object({ programs: [] })), expansions };
}
