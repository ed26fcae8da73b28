import type { NameTest } from '../../base/glob.ts';
import { globTest, isGlob } from '../../base/glob.ts';
import type { Danger } from './dangers.ts';
import { dangers } from './dangers.ts';

interface Known {
  readonly names: ReadonlyMap<string, string>;
  readonly globs: readonly { readonly test: NameTest; readonly reason: string }[];
}

let known: Known | undefined;

/** Why nothing should be attached to a function of the kernel, though it would let it; `undefined`: nothing is known. */
export function dangerOf(name: string): string | undefined {
  known ??= { names: namesIn(dangers), globs: globsIn(dangers) };
  return known.names.get(name) ?? known.globs.find(({ test }) => test(name))?.reason;
}

function namesIn(list: readonly Danger[]): Known['names'] {
  return new Map(
    list.flatMap(({ names, reason }) =>
      names.filter((name) => !isGlob(name)).map((name) => [name, reason] as const),
    ),
  );
}

function globsIn(list: readonly Danger[]): Known['globs'] {
  return list.flatMap(({ names, reason }) =>
    names.filter(isGlob).map((glob) => ({ test: globTest(glob), reason })),
  );
}
