import { setCallWitness } from '../../src/bpf/call.ts';
import type { ErrnoName } from './errnos.ts';
import { errnosOf, numberOf } from './errnos.ts';

/** A call of a run, or a step in the midst of one that libbpf makes of several. */
export interface Point {
  readonly call: string;
  /** A step has no own before, and cannot fail. */
  readonly isStep: boolean;
}

/** What a test does at a point, by its number in the run. */
export interface Reaction {
  readonly before?: (number: number, call: string) => number | undefined;
  readonly after?: (number: number) => void;
}

/** What libbpf says after it made or pinned a map (`bpf_object__create_maps` in libbpf.c). */
const steps: readonly (readonly [RegExp, string])[] = [
  [/^libbpf: map '.*': created successfully/, 'bpf_object__load: map made'],
  [/^libbpf: pinned map '/, 'bpf_object__load: map pinned'],
];

/** Numbers the points of a run, and reacts to them; the points so far. */
export async function atPoints(
  reaction: Reaction,
  run: () => Promise<void>,
): Promise<readonly Point[]> {
  const points: Point[] = [];
  const open: number[] = []; // libbpf calls us back while it loads an object
  setCallWitness({
    before: (call) => {
      open.push(points.push({ call, isStep: false }) - 1);
      return reaction.before?.(points.length - 1, call);
    },
    after: () => reaction.after?.(open.pop() ?? 0),
    within: (message) => {
      const step = stepOf(message());
      if (step === undefined) return;
      points.push({ call: step, isStep: true });
      reaction.before?.(points.length - 1, step);
      reaction.after?.(points.length - 1);
    },
  });
  try {
    await run();
  } finally {
    setCallWitness(undefined);
  }
  return points;
}

/** Fails the call of that number, and with `later` all after it that can fail so. */
export function failing(at: number, errno: ErrnoName, later: boolean): Reaction {
  return {
    before: (number, call) => {
      if (number < at || (number > at && !later)) return undefined;
      return errnosOf(call).includes(errno) ? numberOf(errno) : undefined;
    },
  };
}

function stepOf(message: string): string | undefined {
  return steps.find(([pattern]) => pattern.test(message))?.[1];
}
