/** Bytes of keys and values that one call fetches: large enough that calls do not count, small enough for the cache. */
const budget = 2 ** 16;

/** How many elements the first batch asks for: at least one, and never more than the map can have. */
export function firstBatch(elementSize: number, maxEntries: number): number {
  const fitting = Math.floor(budget / Math.max(elementSize, 1));
  return Math.max(1, Math.min(fitting, maxEntries));
}

/**
 * The next size, after a bucket of a hash map had more than `size` elements (ENOSPC). Throws a plain `Error` once all
 * that the map can have did not fit: the kernel cannot mean it.
 */
export function largerBatch(size: number, maxEntries: number): number {
  if (size >= maxEntries) throw new Error(`a bucket holds more than all ${maxEntries} elements`);
  return Math.min(size * 2, maxEntries);
}
