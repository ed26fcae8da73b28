import type { NameTest } from '../../base/glob.ts';
import { globTest, isGlob } from '../../base/glob.ts';
import type { Danger } from './dangers.ts';
import { dangers } from './dangers.ts';

interface Known {
  readonly names: ReadonlyMap<string, string>;
  /** By what they start with, as each name would be tried against all of them. */
  readonly globs: ReadonlyMap<number, readonly Test[]>;
}

interface Test {
  readonly test: NameTest;
  readonly reason: string;
}

let known: Known | undefined;

/** Why nothing should be attached to a function of the kernel, though it would let it; `undefined`: nothing is known. */
export function dangerOf(name: string): string | undefined {
  known ??= { names: namesIn(dangers), globs: globsIn(dangers) };
  const globs = known.globs.get(startOf(name));
  return known.names.get(name) ?? globs?.find(({ test }) => test(name))?.reason;
}

/** Three letters as one number: a text would have to be made for each name. */
function startOf(text: string): number {
  return (text.charCodeAt(0) << 16) | (text.charCodeAt(1) << 8) | text.charCodeAt(2);
}

function namesIn(list: readonly Danger[]): Known['names'] {
  return new Map(
    list.flatMap(({ names, reason }) =>
      names.filter((name) => !isGlob(name)).map((name) => [name, reason] as const),
    ),
  );
}

function globsIn(list: readonly Danger[]): Known['globs'] {
  const globs = new Map<number, Test[]>();
  for (const { names, reason } of list) {
    for (const glob of names.filter(isGlob)) {
      const others = globs.get(startOf(glob)) ?? [];
      globs.set(startOf(glob), [...others, { test: globTest(glob), reason }]);
    }
  }
  return globs;
}
