import { EbpfError } from '../ebpf-error.ts';
import type { Value } from '../values/value.ts';
import type { Codec } from './codec.ts';
import { encodeExactly } from './codec.ts';

/** Every value starts at a multiple of it (`round_up(value_size, 8)` in kernel/bpf/hashtab.c and arraymap.c). */
const slotAlignment = 8;

/**
 * The values of a per-CPU map's element, side by side as the system calls pass them: a list with one value for each
 * possible processor, by its number. A list of another length is `InvalidValue`: one value for all would be
 * ambiguous where the value is itself a list.
 */
export function perCpuCodec<Type extends Value>(
  value: Codec<Type>,
  cpus: number,
): Codec<readonly Type[]> {
  const slot = slotSize(value.size);
  return {
    size: slot * cpus,
    encode: (list) => {
      checkLength(list, cpus);
      const bytes = new Uint8Array(slot * cpus);
      list.forEach((one, cpu) => bytes.set(encodeExactly(value, one), cpu * slot));
      return bytes;
    },
    decode: (bytes) =>
      Array.from({ length: cpus }, (_, cpu) => {
        const start = cpu * slot;
        return value.decode(bytes.subarray(start, start + value.size));
      }),
  };
}

function slotSize(valueSize: number): number {
  return Math.ceil(valueSize / slotAlignment) * slotAlignment;
}

function checkLength(list: unknown, cpus: number): void {
  if (Array.isArray(list) && list.length === cpus) return;
  const got = Array.isArray(list) ? `a list of ${list.length}` : 'something else';
  throw new EbpfError('InvalidValue', `expected a list of ${cpus} values, got ${got}`, {
    hint: 'a per-CPU map has one value for each possible processor, see /sys/devices/system/cpu/possible',
  });
}
