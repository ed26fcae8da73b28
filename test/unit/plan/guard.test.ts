import { describe, expect, test } from 'vitest';
import { RefusedError } from '../../../src/base/errors.ts';
import { guard, refusalsOf } from '../../../src/plan/guard.ts';
import type { Losses } from '../../../src/plan/losses.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { DetachLimit } from '../../../src/state/desired.ts';
import { kernelFunction, objectName, pinPath, programName } from '../../../src/state/ids.ts';
import { name } from './sample.ts';

describe('foreign pins', () => {
  test('a plan that nothing stands against passes', () => {
    expect(() => guard(planWith({}), false)).not.toThrow();
  });

  test.each([
    [['/a'], /^a foreign pin is in the way: "\/a" is a note$/],
    [['/a', '/b', '/c'], /"\/a" is a note \(and 2 more\)$/],
  ])('%j refuse it, forced or not', (paths, message) => {
    for (const isForced of [false, true]) {
      expect(() => guard(planWith({}, paths), isForced)).toThrow(RefusedError);
      expect(() => guard(planWith({}, paths), isForced)).toThrow(message);
    }
  });
});

describe('how much goes', () => {
  test.each<
    readonly [lost: number, attached: number, limit: DetachLimit | undefined, verdict: string]
  >([
    [0, 0, undefined, 'passes'],
    [0, 9, undefined, 'passes'],
    [1, 1, undefined, 'is refused'],
    [1, 2, undefined, 'passes'],
    [2, 3, undefined, 'passes'],
    [3, 3, undefined, 'is refused'],
    [2, 4, undefined, 'passes'],
    [3, 4, undefined, 'is refused'],
    [2, 5, undefined, 'passes'],
    [3, 5, undefined, 'is refused'],
    [50, 100, undefined, 'passes'],
    [51, 100, undefined, 'is refused'],
    [1, 1, { percent: 100 }, 'passes'],
    [9, 9, { percent: 100 }, 'passes'],
    [1, 1, { percent: 99 }, 'is refused'],
    [2, 3, { percent: 50 }, 'is refused'],
    [1, 2, { percent: 50 }, 'passes'],
    [1, 1000, { percent: 0 }, 'is refused'],
    [0, 1000, { percent: 0 }, 'passes'],
    [3, 3, { count: 3 }, 'passes'],
    [4, 900, { count: 3 }, 'is refused'],
    [1, 900, { count: 0 }, 'is refused'],
    [0, 900, { count: 0 }, 'passes'],
  ])('%d of %d, limit %j: %s', (lost, attached, limit, verdict) => {
    const plan = planWith({ lost: attachments(lost), attached, limit });

    expect(refusalsOf(plan)).toHaveLength(verdict === 'passes' ? 0 : 1);
  });
});

test('pins that may be hidden refuse it, unless it is forced', () => {
  const hidden = { point: '/sys/fs/bpf', functions: [kernelFunction('vfs_read')] };
  const plan = { ...planWith({}), hidden };

  expect(refusalsOf(plan)).toMatchObject([
    {
      code: 'hidden-pins',
      ...hidden,
      message: expect.stringContaining('over the BPF file system at "/sys/fs/bpf"') as unknown,
      hint: expect.stringContaining('"umount /sys/fs/bpf"') as unknown,
    },
  ]);
  expect(() => guard(plan, false)).toThrow(RefusedError);
  expect(() => guard(plan, true)).not.toThrow();
});

describe('what the refusal says', () => {
  test('how many of how many, a few names, and what to do', () => {
    const plan = planWith({ lost: attachments(5), attached: 6 });

    expect(refusalsOf(plan)).toEqual([
      {
        code: 'detaches-too-much',
        attached: 6,
        attachments: attachments(5),
        message: 'it would detach 5 of 6: "o/p0 -> f", "o/p1 -> f", "o/p2 -> f" and 2 more',
        hint: expect.stringMatching(/--force.*guard:/) as unknown,
      },
    ]);
  });

  test.each<readonly [limit: DetachLimit, text: string]>([
    [{ percent: 50 }, '"max_detach: 50%"'],
    [{ count: 1 }, '"max_detach: 1"'],
  ])('the limit %j as it was written', (limit, text) => {
    const [refusal] = refusalsOf(planWith({ lost: attachments(2), attached: 2, limit }));

    expect(refusal?.message).toContain(text);
  });

  test('every reason at once, so that nobody forces one without knowing of the other', () => {
    const plan = planWith({ lost: attachments(1), unprotected: attachments(1), attached: 1 });

    expect(() => guard(plan, false)).toThrow(
      /^it would detach what is protected: "o\/p0 -> f"; it would detach 1 of 1: "o\/p0 -> f"$/,
    );
  });

  test('nothing, when it is forced', () => {
    const plan = planWith({ lost: attachments(1), unprotected: attachments(1), attached: 1 });

    expect(() => guard(plan, true)).not.toThrow();
  });
});

function planWith(losses: Partial<Losses>, foreign: readonly string[] = []): Plan {
  const conflicts = foreign.map((path) => ({ path: pinPath(path), what: 'a note' }));
  const none: Losses = { attached: 0, lost: [], unprotected: [], limit: undefined };
  const rest = {
    operations: [],
    unchanged: 0,
    mapChanges: [],
    crowded: [],
    unseen: [],
    expansions: [],
    foreign: [],
  };
  return { name, ...rest, conflicts, losses: { ...none, ...losses } };
}

function attachments(count: number): Losses['lost'] {
  return Array.from({ length: count }, (_, index) => ({
    object: objectName('o'),
    program: programName(`p${index}`),
    target: kernelFunction('f'),
  }));
}
