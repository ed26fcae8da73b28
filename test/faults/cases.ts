import type { ErrnoName } from './errnos.ts';
import { errnosOf } from './errnos.ts';
import type { Failure } from './failure.ts';
import type { Kill } from './kill.ts';
import type { Point } from './points.ts';

export type Case = Kill | Failure;

/** What changes nothing in the kernel: a process that is killed around it leaves what one leaves that is killed earlier. */
const reading: ReadonlySet<string> = new Set([
  'bpf_obj_get',
  'bpf_obj_get_info_by_fd',
  'bpf_map_lookup_elem',
  'bpf_map__reuse_fd',
  'bpf_link_get_fd_by_id',
  'bpf_prog_get_fd_by_id',
  'close',
]);

export function isReading({ call }: Point): boolean {
  return reading.has(call);
}

/** A kill before and after each point; in the midst of a call of libbpf's there is only one moment. */
export function killsAt(points: readonly Point[]): readonly Kill[] {
  return points.flatMap(({ isStep }, at) => {
    const sides = isStep ? (['after'] as const) : (['before', 'after'] as const);
    return sides.map((side): Kill => ({ kind: 'kill', at, side }));
  });
}

/** Each errno that the call of each point can fail with: once, and with all later ones. */
export function failuresAt(points: readonly Point[]): readonly Failure[] {
  return points.flatMap(({ call, isStep }, at) =>
    isStep ? [] : errnosOf(call).flatMap((errno) => bothWays(at, errno)),
  );
}

function bothWays(at: number, errno: ErrnoName): readonly Failure[] {
  return [false, true].map((later) => ({ kind: 'fail', at, errno, later }));
}

/** So many of them, evenly spread; all where there are no more. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, index) => items[Math.floor(((index + 0.5) * items.length) / most)],
  ).filter((item) => item !== undefined);
}
