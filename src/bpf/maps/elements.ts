import type { BatchMemory } from '../libbpf/map-calls.ts';
import { lookUpBatch, lookUpElement, nextKey } from '../libbpf/map-calls.ts';
import { firstBatch, largerBatch } from './batch-size.ts';

/** Where elements are read from. */
export interface ElementSource {
  /** Asked for before every call of the kernel, so that it can throw once the map is closed. */
  readonly fd: () => number;
  readonly type: string;
  /** Bytes, as the system calls pass them. */
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
}

/** An element as the kernel wrote it; overwritten when the next is asked for. */
export interface Element {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * Hash maps are read by bucket, arrays by index, so a batch goes on where the one before ended whatever is deleted
 * meanwhile. An lpm_trie is left out: its batches give up with EINTR when keys vanish (kernel/bpf/syscall.c).
 */
const batchedTypes: readonly string[] = [
  'hash',
  'array',
  'lru_hash',
  'percpu_hash',
  'percpu_array',
  'lru_percpu_hash',
];

/** The kernel notes a bucket's number or a key in there. */
const smallestCursor = 4;

/** All elements in the kernel's order, by batches where the kernel has them (Linux 5.6; percpu_array 5.13). Throws a `CallError`. */
export function* eachElement(source: ElementSource): Generator<Element> {
  const isRead = batchedTypes.includes(source.type) && (yield* eachOfBatches(source));
  if (!isRead) yield* eachByKey(source);
}

/** False, and nothing yielded, where the kernel has no batches for such a map. */
function* eachOfBatches(source: ElementSource): Generator<Element, boolean> {
  const { keySize, valueSize, maxEntries } = source;
  let limit = firstBatch(keySize + valueSize, maxEntries);
  let memory = batchMemory(source, limit);
  for (let isFirst = true; ;) {
    const { end, count } = lookUpBatch(source.fd(), memory, { isFirst, limit });
    if (end === 'unsupported') return false;
    if (end === 'full') {
      limit = largerBatch(limit, maxEntries);
      memory = { ...batchMemory(source, limit), from: memory.from };
      continue;
    }
    yield* split(memory, count, source);
    if (end === 'end') return true;
    memory = { ...memory, from: memory.next, next: memory.from };
    isFirst = false;
  }
}

function* split(
  { keys, values }: BatchMemory,
  count: number,
  { keySize, valueSize }: ElementSource,
): Generator<Element> {
  for (let index = 0; index < count; index += 1) {
    yield {
      key: keys.subarray(index * keySize, (index + 1) * keySize),
      value: values.subarray(index * valueSize, (index + 1) * valueSize),
    };
  }
}

function batchMemory({ keySize, valueSize }: ElementSource, limit: number): BatchMemory {
  const cursorSize = Math.max(keySize, smallestCursor);
  return {
    from: new Uint8Array(cursorSize),
    next: new Uint8Array(cursorSize),
    keys: new Uint8Array(keySize * limit),
    values: new Uint8Array(valueSize * limit),
  };
}

/**
 * The kernel starts again from the first key where the one it was given is gone. So the next key is fetched before an
 * element is handed out, which lets the caller delete it; and as many steps as the map can have elements are enough,
 * whatever programs delete meanwhile. Then an element can come twice, or not at all.
 */
function* eachByKey({ fd, keySize, valueSize, maxEntries }: ElementSource): Generator<Element> {
  const value = new Uint8Array(valueSize);
  let key = new Uint8Array(keySize);
  let next = new Uint8Array(keySize);
  let isThere = nextKey(fd(), null, key);
  for (let step = 0; isThere && step < maxEntries; step += 1) {
    const isFound = lookUpElement(fd(), key, value);
    isThere = nextKey(fd(), key, next);
    if (isFound) yield { key, value };
    [key, next] = [next, key];
  }
}
