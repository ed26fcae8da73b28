import koffi from 'koffi';
import { checkPointer, checkResult } from './errno.ts';
import { withMessages } from './messages.ts';
import type { RingBufferPointer } from './symbols.ts';
import { libbpfSymbol, libcSymbol } from './symbols.ts';

/** How much is taken at once: whichever is reached first, but at least one record. */
export interface BatchLimit {
  readonly records: number;
  readonly bytes: number;
}

/** What the callback adds to while `ring_buffer__consume` runs. */
interface Batch {
  readonly limit: BatchLimit;
  readonly records: Uint8Array[];
  bytes: number;
  isFull: boolean;
  failure: { readonly error: unknown } | undefined;
}

/** Makes libbpf return after a record, which counts as consumed (`ringbuf_process_ring` in ringbuf.c, 1.0 to 1.7). */
const stop = -1;

let batch: Batch | undefined;
let callback: bigint | undefined;

/** Reads a BPF_MAP_TYPE_RINGBUF (Linux 5.8) through libbpf's `struct ring_buffer`, which maps its memory. */
export class RingReader implements Disposable {
  readonly #ring: RingBufferPointer;
  #open = true;

  /** Needs the map's fd only now. Throws a `CallError`. */
  constructor(fd: number) {
    const make = libbpfSymbol('ring_buffer__new');
    const { result, messages } = withMessages(() => make(fd, sharedCallback(), null, null));
    this.#ring = checkPointer('ring_buffer__new', result, messages);
  }

  /** An fd that has something to read from when a record is submitted until the buffer is empty; goes when this is closed. */
  get pollFd(): number {
    return libbpfSymbol('ring_buffer__epoll_fd')(this.#ring);
  }

  /** Copies of the records that wait, in order, up to a limit; the kernel has their room back. Throws a `CallError`. */
  take(limit: BatchLimit): Uint8Array[] {
    const mine: Batch = { limit, records: [], bytes: 0, isFull: false, failure: undefined };
    const call = 'ring_buffer__consume';
    batch = mine;
    const result = libbpfSymbol(call)(this.#ring);
    batch = undefined;
    if (mine.failure !== undefined) throw mine.failure.error;
    if (!mine.isFull) checkResult(call, result);
    return mine.records;
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    libbpfSymbol('ring_buffer__free')(this.#ring);
  }
}

/** One for all: koffi has a limited number of them, and libbpf calls it only within `take`. */
function sharedCallback(): bigint {
  if (callback !== undefined) return callback;
  const type = koffi.proto('int ring_buffer_sample_fn(void *context, void *record, size_t size)');
  callback = koffi.register(onRecord, koffi.pointer(type));
  return callback;
}

/** Must not throw: koffi would hand libbpf a 0, and go on. */
function onRecord(_context: null, record: bigint, size: number | bigint): number {
  if (batch === undefined) return stop;
  try {
    add(batch, record, Number(size));
  } catch (error) {
    batch.failure = { error };
    return stop;
  }
  return batch.isFull ? stop : 0;
}

function add(to: Batch, record: bigint, size: number): void {
  const copy = new Uint8Array(size);
  libcSymbol('memcpy')(copy, record, size);
  to.records.push(copy);
  to.bytes += size;
  to.isFull = to.records.length >= to.limit.records || to.bytes >= to.limit.bytes;
}
