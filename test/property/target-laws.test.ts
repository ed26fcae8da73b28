import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expandTargets } from '../../src/manifest/expand-targets.ts';
import { toTargets } from '../../src/manifest/normalise-targets.ts';
import { TargetSearch } from '../../src/manifest/target-search.ts';
import type { Obstacle } from '../../src/state/function-catalog.ts';
import { isGlob } from '../../src/base/glob.ts';
import { functionTest } from '../../src/state/glob.ts';
import { functionCatalog, targetSources } from '../unit/manifest/catalog.ts';

// Whatever stands under "targets", in whatever kernel.

const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
const name = fc
  .tuple(fc.option(fc.constantFrom('m', 'n')), letters)
  .map(([module, text]) => (module === null ? text : `${module}:${text}`));
const obstacle = fc.constantFrom<(Obstacle | undefined)[]>(
  undefined,
  undefined,
  { code: 'dangerous', text: 'it hangs' },
  { code: 'no-symbol', text: 'inlined' },
  { code: 'denied', text: 'it is on a list' },
);
const functions = fc.uniqueArray(
  fc.record({ name, obstacle }).map(({ name: text, obstacle: against }) => ({
    name: text,
    ...(against === undefined ? {} : { obstacle: against }),
  })),
  { selector: (one) => one.name, maxLength: 12 },
);
const glob = fc
  .tuple(
    fc.option(fc.constantFrom('m', 'n', '*')),
    fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 3 }),
  )
  .map(([module, text]) => (module === null ? text : `${module}:${text}`));
const item = fc.tuple(fc.boolean(), fc.oneof(name, glob)).map(([not, text]) => {
  return not ? `!${text}` : text;
});
const written = fc.record({
  targets: fc.uniqueArray(item, { minLength: 1, maxLength: 6 }),
  if_missing: fc.constantFrom('fail' as const, 'skip' as const, 'wait' as const),
  allow_dangerous: fc.boolean(),
});

test('the order of the items makes no difference', () => {
  forAll((kernel, wanted) => {
    const turned = { ...wanted, targets: wanted.targets.toReversed() };

    const [one, other] = [expand(kernel, wanted), expand(kernel, turned)];

    expect(other.functions).toEqual(one.functions);
    expect(other.excluded).toEqual(one.excluded);
    expect(other.leftOut).toEqual(one.leftOut);
    expect(other.absent.toReversed()).toEqual(one.absent);
    expect(other.problems).toHaveLength(one.problems.length);
  });
});

test('what is watched was asked for, is not excluded, and can be attached to', () => {
  forAll((kernel, wanted) => {
    const excluded = wanted.targets.filter((text) => text.startsWith('!'));
    for (const { name: found } of expand(kernel, wanted).functions) {
      expect(wanted.targets.some((text) => functionTest(text)(found))).toBe(true);
      expect(excluded.some((text) => functionTest(text.slice(1))(found))).toBe(false);
      const code = kernel.find((one) => one.name === found)?.obstacle?.code;
      expect(code === undefined || (code === 'dangerous' && wanted.allow_dangerous)).toBe(true);
    }
  });
});

test('each item that is no exclusion gives something, is excluded, is missing or is a problem', () => {
  forAll((kernel, wanted) => {
    const { functions: found, excluded, absent, problems } = expand(kernel, wanted);
    for (const [index, text] of wanted.targets.entries()) {
      if (text.startsWith('!')) continue;
      const gives = found.some((one) => functionTest(text)(one.name));
      const isExcluded = excluded.some((one) => functionTest(text)(one));
      const isAbsent = absent.some(({ target }) => target === text);
      const isProblem = problems.some(([path]) => path.at(-1) === index);
      expect([gives || isExcluded, isAbsent, isProblem].filter(Boolean).length > 0).toBe(true);
    }
  });
});

test('what may be missing is no problem, unless it is waited for in vain', () => {
  forAll((kernel, wanted) => {
    const skipped = expand(kernel, { ...wanted, if_missing: 'skip' });
    const codes = skipped.problems.map(([, { code }]) => code);
    expect(codes.filter((code) => !['dangerous', 'denied', 'all-excluded'].includes(code))).toEqual(
      [],
    );
    const failed = expand(kernel, { ...wanted, if_missing: 'fail' });
    expect(failed.absent).toEqual([]);
    expect(failed.functions).toEqual(skipped.functions);
  });
});

test('what is waited for is of a module', () => {
  forAll((kernel, wanted) => {
    const waiting = expand(kernel, { ...wanted, if_missing: 'wait' }).absent;
    expect(waiting.every(({ target, state }) => state === 'waiting' && target.includes(':'))).toBe(
      true,
    );
    expect(
      waiting.some(
        ({ target }) =>
          !isGlob(target) &&
          kernel.some((one) => one.name === target && one.obstacle === undefined),
      ),
    ).toBe(false);
  });
});

type Kernel = typeof functions extends fc.Arbitrary<infer T> ? T : never;
type Wanted = typeof written extends fc.Arbitrary<infer T> ? T : never;

function expand(kernel: Kernel, wanted: Wanted) {
  return expandTargets(
    toTargets(wanted, ['program']),
    new TargetSearch(targetSources(functionCatalog(kernel))),
  );
}

function forAll(law: (kernel: Kernel, wanted: Wanted) => void): void {
  fc.assert(fc.property(functions, written, law), { numRuns: 1000 });
}
