/** What a map is, apart from what is in it: all that the kernel and libbpf compare before one is used again. */
export interface MapShape {
  /** The kernel's name without its prefix, e.g. `hash`. */
  readonly type: string;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes; of a per-CPU map, for one processor. */
  readonly valueSize: number;
  /** Of a ring buffer, bytes. */
  readonly maxEntries: number;
  /** `BPF_F_…` of BPF_MAP_CREATE. */
  readonly flags: number;
}

const parts = ['type', 'keySize', 'valueSize', 'maxEntries', 'flags'] as const;

/** Whether one map can stand for the other. Both as the kernel reports them. */
export function isSameShape(a: MapShape, b: MapShape): boolean {
  return parts.every((part) => a[part] === b[part]);
}

/** Whether they differ in their number of entries, and in nothing else. */
export function isResized(a: MapShape, b: MapShape): boolean {
  return a.maxEntries !== b.maxEntries && isSameShape(a, { ...b, maxEntries: a.maxEntries });
}

/** E.g. `hash (key 4 B, value 8 B, 1024 entries)`; `ringbuf (4096 B)`; flags only where there are any. */
export function shapeText({ type, keySize, valueSize, maxEntries, flags }: MapShape): string {
  const isRing = type === 'ringbuf' || type === 'user_ringbuf';
  const facts = [
    ...(keySize === 0 ? [] : [`key ${keySize} B`]),
    ...(valueSize === 0 ? [] : [`value ${valueSize} B`]),
    isRing ? `${maxEntries} B` : `${maxEntries} entries`,
    ...(flags === 0 ? [] : [`flags 0x${flags.toString(16)}`]),
  ];
  return `${type} (${facts.join(', ')})`;
}
