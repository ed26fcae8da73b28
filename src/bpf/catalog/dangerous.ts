import type { NameTest } from '../../base/glob.ts';
import { globTest } from '../../base/glob.ts';

interface Danger {
  /** Globs. */
  readonly names: readonly string[];
  /** To stand after "cannot be attached to: ". */
  readonly reason: string;
}

const dangers: readonly Danger[] = [
  {
    names: ['__rcu_read_lock', '__rcu_read_unlock'],
    reason: 'every trampoline calls it, which would call the trampoline again: the machine hangs',
  },
];

let tests: readonly { readonly test: NameTest; readonly reason: string }[] | undefined;

/** Why nothing should be attached to a function of the kernel, though it would let it; `undefined`: nothing is known. */
export function dangerOf(name: string): string | undefined {
  tests ??= dangers.flatMap(({ names, reason }) =>
    names.map((glob) => ({ test: globTest(glob), reason })),
  );
  return tests.find(({ test }) => test(name))?.reason;
}
