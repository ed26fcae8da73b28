import { describe, expect, test } from 'vitest';
import { statusRows } from '../../../src/cli/status-rows.ts';
import { diff } from '../../../src/plan/diff.ts';
import type { DesiredState } from '../../../src/state/desired.ts';
import type { ObservedState } from '../../../src/state/observed.ts';
import { exchange } from '../plan/exchange-facts.ts';
import { asBoth, asExit } from '../plan/kind-facts.ts';
import { attachment, digests, layout, wanted } from '../plan/sample.ts';

describe('two kinds of one program, as a crash leaves them', () => {
  test('both run, and each says so of the other', () => {
    expect(rowsOf(asBoth())).toMatchObject([
      { digest: digests.a, state: 'attached', problem: 'also attached as fexit' },
      { digest: digests.b, state: 'attached', problem: 'also attached as fentry' },
    ]);
  });

  test('with a manifest, the one that goes says why', () => {
    expect(rowsOf(asBoth(), wanted(asExit(exchange)))).toMatchObject([
      { digest: digests.a, problem: 'kind changed fentry -> fexit, both see calls meanwhile' },
      { digest: digests.b, state: 'attached', problem: 'also attached as fentry' },
    ]);
  });

  test('one that lost the pin of its program is shown all the same', () => {
    const [, newer] = asBoth().instances;
    const observed = { ...asBoth(), instances: newer === undefined ? [] : [newer] };

    expect(rowsOf(observed)).toMatchObject([
      { digest: undefined, state: 'broken', problem: 'its program pin is missing' },
      { digest: digests.b, state: 'attached', problem: 'also attached as fentry' },
    ]);
  });

  test('before the new one is attached, both versions say what is to come', () => {
    const observed = { ...asBoth(), attachments: [attachment()] };
    const problem = 'kind changed fentry -> fexit, both see calls meanwhile';

    expect(rowsOf(observed, wanted(asExit(exchange)))).toMatchObject([
      { digest: digests.a, state: 'attached', problem },
      { digest: digests.b, state: 'loaded', problem },
    ]);
  });
});

function rowsOf(observed: ObservedState, desired?: DesiredState) {
  const plan = desired === undefined ? undefined : diff(layout, desired, observed);
  return statusRows(layout, observed, plan);
}
