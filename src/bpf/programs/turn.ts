import { EbpfError } from '../ebpf-error.ts';
import type { Fd } from '../libbpf/fd.ts';

/** Whether a call of a program is under way on a thread of the pool, and whether the program was closed meanwhile. */
export interface Turn {
  isTaken: boolean;
  wasClosed: boolean;
}

/** Throws `Busy` while a call is under way: a second load or attach would lose what the first one makes. */
export function requireTurn({ isTaken }: Turn, name: string): void {
  if (!isTaken) return;
  const hint = 'wait for the promise of "loadAsync" or "attachAsync"';
  throw new EbpfError('Busy', `program "${name}" is being loaded or attached just now`, { hint });
}

/**
 * Runs a call that makes something in the kernel. A program that is closed meanwhile keeps its fd until the call is
 * over, since its number would be another thing's by then: `close` runs afterwards, what was made is closed too, and
 * the call fails with `Closed`.
 */
export async function takeTurn<Made extends { readonly fd: Fd }>(
  turn: Turn,
  { name, close }: { readonly name: string; readonly close: () => void },
  make: () => Promise<Made>,
): Promise<Made> {
  turn.isTaken = true;
  try {
    const made = await make();
    if (!turn.wasClosed) return made;
    made.fd[Symbol.dispose]();
    throw new EbpfError('Closed', `program "${name}" was closed meanwhile`);
  } finally {
    turn.isTaken = false;
    if (turn.wasClosed) close();
    turn.wasClosed = false;
  }
}
