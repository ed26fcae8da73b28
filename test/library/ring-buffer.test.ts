import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Btf } from '../../src/bpf/btf/btf.ts';
import type { EbpfError } from '../../src/bpf/ebpf-error.ts';
import { btfCodec } from '../../src/bpf/maps/btf-codec.ts';
import { RingBuffer } from '../../src/bpf/maps/ring-buffer.ts';
import { words } from './support/codecs.ts';
import { activePolls, isPending, loopTurns, mappedMaps } from './support/event-loop.ts';
import { useFdCount } from './support/fds.ts';
import { objectFile } from './support/kernel.ts';
import { openRing } from './support/ring.ts';

// What comes out of a ring buffer: every record that was submitted, once, in order, at the reader's pace.

beforeAll(() => {
  openRing()[Symbol.dispose](); // libbpf's probes of the kernel must not count in a test
});
useFdCount();
afterEach(() => {
  expect(mappedMaps(), 'mapped maps').toBe(0);
  expect(activePolls(), 'fds that are waited for').toBe(0);
});

/** So many records of 24 bytes fit into 4,096, of which the last byte is never used. */
const capacity = 170;

test('records come once each and in order, decoded', async () => {
  using ring = openRing();
  using events = new RingBuffer(ring.events, { codec: words });

  ring.send(100);

  expect(await take(events, 100)).toEqual(Array.from({ length: 100 }, (_, index) => event(index)));
  expect(await isPending(events.next())).toBe(true);
});

test('without a codec, records are bytes, each a copy of its own', async () => {
  using ring = openRing();
  using events = new RingBuffer(ring.events);

  ring.send(3);

  const taken = await take(events, 3);
  expect(taken.map((bytes) => words.decode(bytes))).toEqual([event(0), event(1), event(2)]);
  expect(new Set(taken.map((bytes) => bytes.buffer)).size).toBe(3);
});

test('typed by the BTF of the object, records are plain values', async () => {
  using ring = openRing();
  const btf = Btf.fromPath(objectFile('ring'));
  using events = new RingBuffer(ring.events, {
    codec: btfCodec(btf, btf.idOf('event', 'struct')),
  });

  ring.send(2);

  expect(await take(events, 2)).toEqual([
    { sequence: 0n, twice: 0n },
    { sequence: 1n, twice: 2n },
  ]);
});

test('many times around the end of the buffer', async () => {
  using ring = openRing();
  using events = new RingBuffer(ring.events, { codec: words });

  for (let round = 0; round < 20; round += 1) {
    ring.send(101);
    const expected = Array.from({ length: 101 }, (_, index) => event(round * 101 + index));
    expect(await take(events, 101)).toEqual(expected); // oxlint-disable-line eslint/no-await-in-loop -- the rounds follow each other
  }

  expect(ring.count('failed')).toBe(0);
});

test('discarded records are passed over', async () => {
  using ring = openRing();
  using events = new RingBuffer(ring.events, { codec: words });
  ring.set('discardEvery', 3);

  ring.send(9);

  expect(await take(events, 6)).toEqual([1, 2, 4, 5, 7, 8].map(event));
  expect(ring.count('discarded')).toBe(3);
});

test('nothing but discarded records wakes the reader in vain, and it waits on', async () => {
  using ring = openRing();
  using events = new RingBuffer(ring.events, { codec: words });
  const next = events.next();
  ring.set('discardEvery', 1);

  ring.send(5);

  expect(await isPending(next)).toBe(true);
  ring.set('discardEvery', 0);
  ring.send(1);
  expect(await next).toEqual({ done: false, value: event(5) });
});

describe('a reader that is slower than the program', () => {
  test('loses nothing that was submitted; what did not fit, the program counts', async () => {
    using ring = openRing();
    using events = new RingBuffer(ring.events, { codec: words });
    const seen: (readonly bigint[])[] = [];

    ring.send(512, 2);

    expect(ring.count('submitted')).toBe(capacity);
    expect(ring.count('failed')).toBe(2 * 512 - capacity);
    for (let round = 0; round < 12; round += 1) {
      seen.push(...(await take(events, 17))); // oxlint-disable-line eslint/no-await-in-loop -- the rounds follow each other
      ring.send(23);
    }
    const left = ring.count('submitted') - seen.length;
    seen.push(...(await take(events, left)));
    expect(seen).toEqual(Array.from({ length: ring.count('submitted') }, (_, i) => event(i)));
    expect(await isPending(events.next())).toBe(true);
  });

  test.each([
    ['the default of 64', undefined, 64],
    ['one', 1, 1],
    ['ten', 10, 10],
  ])('holds no more than a batch in memory: %s', async (_, batch, taken) => {
    using ring = openRing();
    using events = new RingBuffer(ring.events, batch === undefined ? {} : { batch });
    ring.send(512);

    await events.next();
    ring.send(512);

    expect(ring.count('submitted')).toBe(capacity + taken); // what was taken made room for as many
  });

  test('holds few large records in memory', async () => {
    using ring = openRing('produce_large');
    using events = new RingBuffer(ring.largeEvents);
    ring.send(128);

    await events.next();
    ring.send(128);

    expect(ring.count('largeSubmitted')).toBe(63 + 17); // 17 records of 4,088 bytes are the first to reach 64 KiB
    expect(ring.count('largeFailed')).toBe(2 * 128 - (63 + 17));
  });

  test('costs nothing while it does something else, although records wait', async () => {
    using ring = openRing();
    using events = new RingBuffer(ring.events);
    const waiting = events.next();
    ring.send(512);
    await waiting;
    const before = loopTurns();

    await setTimeout(300);

    expect(loopTurns() - before).toBeLessThan(50);
    expect(activePolls()).toBe(0);
  });
});

describe('a reader that waits', () => {
  test('lets timers run, and the loop sleep', async () => {
    using ring = openRing();
    using events = new RingBuffer(ring.events, { codec: words });
    const next = events.next();
    expect(await isPending(next)).toBe(true);
    const before = loopTurns();

    await setTimeout(300);

    expect(loopTurns() - before).toBeLessThan(50);
    expect(activePolls()).toBe(1);
    ring.send(1);
    expect(await next).toEqual({ done: false, value: event(0) });
  });

  test('waits again and again', async () => {
    using ring = openRing();
    using events = new RingBuffer(ring.events, { codec: words });

    for (let round = 0; round < 10; round += 1) {
      const next = events.next();
      expect(await isPending(next)).toBe(true); // oxlint-disable-line eslint/no-await-in-loop -- the rounds follow each other
      ring.send(1);
      expect(await next).toEqual({ done: false, value: event(round) }); // oxlint-disable-line eslint/no-await-in-loop -- as above
    }
  });

  test('is served in turn when several wait', async () => {
    using ring = openRing();
    using events = new RingBuffer(ring.events, { codec: words });
    const waiting = [events.next(), events.next(), events.next()];

    ring.send(2);

    expect(await Promise.all(waiting.slice(0, 2))).toEqual(
      [0, 1].map((index) => ({ done: false, value: event(index) })),
    );
    ring.send(1);
    expect(await waiting[2]).toEqual({ done: false, value: event(2) });
  });
});

test('two loops share the records: each goes to one of them', async () => {
  using ring = openRing();
  const events = new RingBuffer(ring.events, { codec: words, batch: 5 });
  const seen: bigint[] = [];
  const loop = async (): Promise<void> => {
    for await (const [sequence = 0n] of events) {
      seen.push(sequence);
      if (seen.length === 100) events.close();
    }
  };

  const loops = Promise.all([loop(), loop()]);
  ring.send(100);
  await loops;

  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => BigInt(index)));
});

test('it outlives the map it was made from', async () => {
  using ring = openRing();
  using events = new RingBuffer(ring.events, { codec: words });

  ring.events[Symbol.dispose]();
  ring.send(1);

  expect(await take(events, 1)).toEqual([event(0)]);
});

test('what one reader left, the next one gets; what it took in a batch is gone', async () => {
  using ring = openRing();
  ring.send(100);
  using first = new RingBuffer(ring.events, { codec: words, batch: 10 });
  await take(first, 1);

  first.close();

  using second = new RingBuffer(ring.events, { codec: words });
  expect(await take(second, 1)).toEqual([event(10)]);
});

test('a record of another size than its type ends it with an error, and closes it', async () => {
  using ring = openRing();
  const events = new RingBuffer(ring.events, { codec: { ...words, size: 24 } });
  ring.send(2);

  const next = events.next();

  await expect(next).rejects.toThrow(
    expect.objectContaining({
      code: 'InvalidValue',
      message: 'a record of ring buffer "events" has 16 bytes, its type 24',
    }) as EbpfError,
  );
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

async function take<Event>(
  events: AsyncIterator<Event, undefined>,
  count: number,
): Promise<readonly Event[]> {
  const taken: Event[] = [];
  while (taken.length < count) {
    const result = await events.next(); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    if (result.done === true) throw new Error(`it ended after ${taken.length} of ${count}`);
    taken.push(result.value);
  }
  return taken;
}

function event(sequence: number): readonly bigint[] {
  return [BigInt(sequence), BigInt(2 * sequence)];
}
