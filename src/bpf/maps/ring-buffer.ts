import { setTimeout } from 'node:timers/promises';
import { EbpfError } from '../ebpf-error.ts';
import { ReadableWatch } from '../libbpf/poll.ts';
import { RingReader } from '../libbpf/ring-reader.ts';
import type { Value } from '../values/value.ts';
import type { Codec } from './codec.ts';
import type { EbpfMap } from './ebpf-map.ts';
import { explainMap } from './explain-map.ts';

export interface RingBufferOptions<Event extends Value> {
  /** How a record lies in memory; one of another size is `InvalidValue`. Default: bytes, a copy. */
  readonly codec?: Codec<Event>;
  /** Ends the loop with the signal's reason, and closes the ring buffer. */
  readonly signal?: AbortSignal;
  /** How many records are taken from the kernel at once, at most; default: 64. */
  readonly batch?: number;
}

const defaultBatch = 64;
/** Records of more bytes together are not taken at once, but one always is. */
const batchBytes = 2 ** 16;

/** Milliseconds between looks at a record that is reserved and not yet submitted. */
const pause = 1;

/** Ids of the maps that are being read: two readers would take each other's records and confuse the kernel. */
const beingRead = new Set<number>();

/**
 * What programs send, record by record: `for await (const event of new RingBuffer(map))` (BPF_MAP_TYPE_RINGBUF,
 * Linux 5.8). aya::maps::RingBuf.
 *
 * Records are taken from the kernel when they are asked for, a batch at a time. While nobody asks, the kernel's buffer
 * fills, and programs then fail to reserve and can count that: memory of this process does not grow. Waiting costs no
 * thread and no timer, and keeps the process alive. A program that submits with BPF_RB_NO_WAKEUP wakes nobody.
 *
 * Leaving the loop in any way closes it, as does an error; what was taken and not asked for yet is then dropped. It is
 * its own iterator: several loops over it share the records. It needs the map only to be made. One per map and
 * machine: within the process a second is refused (`MapFailed`), other processes have to be kept away.
 */
export class RingBuffer<Event extends Value = Uint8Array>
  implements AsyncIterableIterator<Event, undefined>, Disposable, AsyncDisposable
{
  readonly #name: string;
  readonly #mapId: number;
  readonly #reader: RingReader;
  readonly #watch: ReadableWatch;
  readonly #codec: Codec<Event> | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #batch: number;
  readonly #onAbort = (): void => this.#abort();
  #taken: Uint8Array[] = [];
  #open = true;
  #aborted = false;

  /** `MapFailed` for a map of another type, and where the kernel refuses; throws the signal's reason if it is aborted already. */
  constructor(map: EbpfMap, options: RingBufferOptions<Event> = {}) {
    options.signal?.throwIfAborted();
    this.#name = map.name;
    this.#codec = options.codec;
    this.#batch = checkBatch(options.batch ?? defaultBatch);
    this.#mapId = checkMap(map);
    this.#reader = openReader(map);
    this.#watch = new ReadableWatch(this.#reader.pollFd);
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    beingRead.add(this.#mapId);
  }

  /** The next record, as soon as there is one; `done` once this is closed. Rejects with the signal's reason once that was aborted. */
  async next(): Promise<IteratorResult<Event, undefined>> {
    try {
      const record = await this.#nextRecord();
      if (record === undefined) return { done: true, value: undefined };
      return { done: false, value: this.#decode(record) };
    } catch (error) {
      this.close(); // a loop does not call `return` when `next` rejects
      throw explainMap(error, `read ring buffer "${this.#name}"`, 'ringbuf');
    }
  }

  /** What a loop calls when it is left early. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.close();
    return await Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Lets go of the kernel's buffer; whoever waits gets `done`. Records that are left stay for the next reader. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#taken = [];
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#watch[Symbol.dispose](); // before the reader closes its fd
    this.#reader[Symbol.dispose]();
    beingRead.delete(this.#mapId);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #abort(): void {
    this.#aborted = true;
    this.close();
  }

  async #nextRecord(): Promise<Uint8Array | undefined> {
    while (this.#open) {
      if (this.#fill()) return this.#taken.shift();
      await this.#wait(); // oxlint-disable-line eslint/no-await-in-loop -- waiting is what this loop is for
    }
    if (this.#aborted) this.#signal?.throwIfAborted();
    return undefined;
  }

  /**
   * The fd stays ready while the buffer holds anything (`ringbuf_map_poll_kern` in kernel/bpf/ringbuf.c): a record that
   * is reserved behind one that was submitted, too. Where there is nothing to take all the same, a pause keeps the loop
   * from turning until the program submits.
   */
  async #wait(): Promise<void> {
    await this.#watch.readable();
    if (this.#open && !this.#fill()) await setTimeout(pause);
  }

  /** Whether there is a record; the kernel is asked only when none is left here. */
  #fill(): boolean {
    if (this.#taken.length === 0) {
      this.#taken = this.#reader.take({ records: this.#batch, bytes: batchBytes });
    }
    return this.#taken.length > 0;
  }

  #decode(record: Uint8Array): Event {
    if (this.#codec === undefined) return record as Value as Event; // without a codec, events are bytes
    const { size } = this.#codec;
    if (record.length === size) return this.#codec.decode(record);
    const message = `a record of ring buffer "${this.#name}" has ${record.length} bytes, its type ${size}`;
    throw new EbpfError('InvalidValue', message);
  }
}

function checkBatch(batch: number): number {
  if (Number.isSafeInteger(batch) && batch > 0) return batch;
  throw new EbpfError('InvalidValue', `a batch is one record or more, not ${batch}`);
}

/** The map's id. */
function checkMap(map: EbpfMap): number {
  const { id, type } = map.info();
  if (type !== 'ringbuf') {
    throw new EbpfError('MapFailed', `map "${map.name}" is of type ${type}, not a ring buffer`);
  }
  if (!beingRead.has(id)) return id;
  throw new EbpfError('MapFailed', `ring buffer "${map.name}" is being read already`, {
    hint: 'several loops can share one "RingBuffer": each record goes to one of them',
  });
}

function openReader(map: EbpfMap): RingReader {
  try {
    return new RingReader(map.fd);
  } catch (error) {
    throw explainMap(error, `open ring buffer "${map.name}"`, 'ringbuf');
  }
}
