/** JSON for programs: two spaces, a line break at the end; 64-bit counters as numbers. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, replace, 2)}\n`;
}

/** The same on one line, for a stream of values. */
export function toJsonLine(value: unknown): string {
  return `${JSON.stringify(value, replace)}\n`;
}

/** Counters stay far below 2^53; beyond that a string is better than a wrong number. */
function replace(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
