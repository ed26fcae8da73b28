import { converge } from './converging.ts';
import { endIn, exitNow, fork, killSelf, waitFor, wasKilled } from './libc.ts';
import type { Reaction } from './points.ts';
import { atPoints } from './points.ts';
import type { Bystanders } from './recovery.ts';
import { recover, startOf } from './recovery.ts';
import type { State } from './states.ts';
import type { Result } from './tally.ts';

/** Where a process is killed. */
export interface Kill {
  readonly kind: 'kill';
  readonly at: number;
  readonly side: 'before' | 'after';
}

/** Seconds: a child of a process with threads can wait for ever for one that it does not have (V8's collector). */
const patience = 180;
const endedByItself = 0;

/** Has a real process killed there, and tells whether the next one makes all good. */
export async function tryKill(
  { at, side }: Kill,
  from: State,
  to: State,
  bystanders: Bystanders,
): Promise<Result> {
  const start = startOf(from, to, bystanders);
  const end = await inChild(to, reactionFor(at, side, bystanders));
  const problems = await recover(to, start, bystanders);
  if (wasKilled(end)) return { outcome: 'killed', problems };
  const status = 'status' in end ? end.status : -1;
  // it had fewer calls to make than the run that was counted, or the machinery of this test failed
  return { outcome: status === endedByItself ? 'ran to its end' : 'lost', problems };
}

async function inChild(to: State, reaction: Reaction): Promise<ReturnType<typeof waitFor>> {
  const pid = fork();
  if (pid !== 0) return waitFor(pid);
  endIn(patience);
  try {
    await atPoints(reaction, async () => void (await converge(to)));
    exitNow(endedByItself);
  } finally {
    exitNow(1);
  }
  throw new Error('the end was not the end');
}

/** The child calls the targets all the while, so that a call that is missed is noticed. */
function reactionFor(at: number, side: Kill['side'], { foreign }: Bystanders): Reaction {
  return {
    before: (number, call) => {
      if (number === at && side === 'before') killSelf();
      if (changes.has(call)) foreign.call();
      return undefined;
    },
    after: (number) => {
      if (number === at && side === 'after') killSelf();
    },
  };
}

const changes: ReadonlySet<string> = new Set([
  'bpf_link_create',
  'bpf_map_update_elem',
  'bpf_map_delete_elem',
  'bpf_obj_pin',
  'unlink',
]);
