import { Ebpf } from '../../../src/bpf/ebpf.ts';
import { EbpfMap } from '../../../src/bpf/maps/ebpf-map.ts';
import { u32, u64 } from './codecs.ts';
import { objectFile, pinDirectory, renameFiles } from './kernel.ts';

/** Slots of the map "orders" in ring.bpf.c. */
const slots = {
  records: 0,
  largeRecords: 1,
  discardEvery: 2,
  submitted: 3,
  discarded: 4,
  failed: 5,
  largeSubmitted: 6,
  largeFailed: 7,
} as const;
type Slot = keyof typeof slots;

const programs = { produce: 'records', produce_large: 'largeRecords' } as const;

/** A program that sends records at each `vfs_rename`, attached, and its maps. */
export function openRing(program: keyof typeof programs = 'produce'): TestRing {
  const pins = pinDirectory();
  const maps = ['orders', 'events', 'large_events'];
  const pinnedMaps = Object.fromEntries(maps.map((name) => [name, `${pins.path}/${name}`]));
  const ebpf = Ebpf.loadFile(objectFile('ring'), { pinnedMaps });
  const producer = ebpf.program(program).asFEntry();
  producer.load('vfs_rename');
  producer.attach();
  return new TestRing(ebpf, pins, programs[program]);
}

export class TestRing implements Disposable {
  readonly #records: Slot;
  readonly #directory: string;
  readonly #stack: readonly Disposable[];

  readonly orders: EbpfMap<number, bigint>;
  /** The ring buffers of small and of large records. */
  readonly events: EbpfMap;
  readonly largeEvents: EbpfMap;

  constructor(ebpf: Ebpf, pins: Disposable & { readonly path: string }, records: Slot) {
    this.#records = records;
    this.#directory = pins.path;
    this.orders = EbpfMap.fromPin(`${pins.path}/orders`, { key: u32, value: u64 });
    this.events = EbpfMap.fromPin(`${pins.path}/events`);
    this.largeEvents = EbpfMap.fromPin(`${pins.path}/large_events`);
    this.#stack = [this.largeEvents, this.events, this.orders, ebpf, pins];
  }

  /** Another fd of a map. */
  openAgain(name: 'events' | 'large_events'): EbpfMap {
    return EbpfMap.fromPin(`${this.#directory}/${name}`);
  }

  /** Lets the program try to send so many records, at each of so many calls. */
  send(records: number, calls = 1): void {
    this.set(this.#records, records);
    renameFiles(calls);
    this.set(this.#records, 0);
  }

  set(slot: Slot, value: number): void {
    this.orders.set(slots[slot], BigInt(value));
  }

  /** What the program counted. */
  count(slot: Slot): number {
    return Number(this.orders.get(slots[slot]));
  }

  [Symbol.dispose](): void {
    for (const one of this.#stack) one[Symbol.dispose]();
  }
}
