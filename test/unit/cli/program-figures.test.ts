import { expect, test } from 'vitest';
import type { Runs } from '../../../src/apply/kernel.ts';
import { programFigures } from '../../../src/cli/program-figures.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { byExchange } from '../plan/exchange-facts.ts';
import { applied, digests, instance, layout, loaded, slot } from '../plan/sample.ts';

const dispatcherRuns: Runs = { runCount: 9n, runTimeNs: 2_500_000_000n, recursionMisses: 4n };
const own = { runCount: 7n, runTimeNs: 700n, recursionMisses: 1n };

function figuresOf(
  observed: ObservedState,
  isCounted = true,
  runs: Runs | undefined = dispatcherRuns,
) {
  return programFigures({ runsOf: () => runs }, layout, observed, isCounted);
}

test('what is attached itself has its own figures', () => {
  const observed = applied({ instances: [instance({ slots: [slot({ loaded: loaded(own) })] })] });

  expect(figuresOf(observed)).toEqual([
    {
      manifest: 'sample',
      object: 'opens',
      program: 'on_read',
      target: 'vfs_read',
      isAttached: true,
      runs: 7,
      runSeconds: 7e-7,
      recursionMisses: 1,
    },
  ]);
});

test('what is attached by exchange has those of its dispatcher', () => {
  expect(figuresOf(byExchange())).toMatchObject([
    { isAttached: true, runs: 9, runSeconds: 2.5, recursionMisses: 4 },
  ]);
});

test('without CAP_SYS_ADMIN the dispatcher tells nothing', () => {
  const silent = programFigures({ runsOf: () => undefined }, layout, byExchange(), true);

  expect(silent).toMatchObject([{ isAttached: true, runs: undefined, recursionMisses: undefined }]);
});

test('runs that are not counted now are left out, recursion misses always count', () => {
  expect(figuresOf(byExchange(), false)).toMatchObject([
    { runs: undefined, runSeconds: undefined, recursionMisses: 4 },
  ]);
});

test('what is only loaded is not attached', () => {
  const spare = slot({ link: undefined });

  expect(figuresOf(applied({ instances: [instance({ slots: [spare] })] }))).toMatchObject([
    { isAttached: false },
  ]);
});

test('of several versions there is one, which runs', () => {
  const old = instance({ digest: digests.b, slots: [slot({ link: undefined })] });
  const other = instance({ slots: [slot({ loaded: loaded(own) })] });
  const elsewhere = instance({ slots: [slot({ target: kernelFunction('vfs_write') })] });

  for (const instances of [
    [old, other],
    [other, old],
  ]) {
    const figures = figuresOf(applied({ instances: [...instances, elsewhere] }));
    expect(figures.map(({ target, isAttached }) => [target, isAttached])).toEqual([
      ['vfs_read', true],
      ['vfs_write', true],
    ]);
    expect(figures[0]).toMatchObject({ runs: 7 });
  }
});
