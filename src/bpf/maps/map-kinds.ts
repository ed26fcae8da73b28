import { EbpfError } from '../ebpf-error.ts';

/**
 * What an element of a map holds: one value, or one for each possible processor. Types that are not here have no keys
 * (queue, ringbuf), or take something else than they give (prog_array, hash_of_maps), or belong to sockets and tasks.
 */
const kinds: Readonly<Record<string, 'single' | 'per-cpu'>> = {
  hash: 'single',
  array: 'single',
  lru_hash: 'single',
  lpm_trie: 'single',
  stack_trace: 'single',
  percpu_hash: 'per-cpu',
  percpu_array: 'per-cpu',
  lru_percpu_hash: 'per-cpu',
};

/** `undefined` where a map of this type gives no access by key. */
export function kindOfMap(type: string): 'single' | 'per-cpu' | undefined {
  return kinds[type];
}

/** For a map that gives no access by key: `MapFailed`. */
export function noKeys(name: string, type: string): EbpfError {
  return new EbpfError('MapFailed', `map "${name}" is of type ${type}: it is not read by key`, {
    hint: type === 'ringbuf' ? 'read it with "new RingBuffer(map)"' : undefined,
  });
}
