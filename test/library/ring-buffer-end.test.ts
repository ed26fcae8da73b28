import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RingBuffer } from '../../src/bpf/maps/ring-buffer.ts';
import { activePolls, isPending, mappedMaps } from './support/event-loop.ts';
import { useFdCount } from './support/fds.ts';
import { openRing } from './support/ring.ts';

// However a ring buffer ends, nothing is left: no fd, no memory, nothing that keeps the process alive.

beforeAll(() => {
  openRing()[Symbol.dispose](); // libbpf's probes of the kernel must not count in a test
});
useFdCount();
afterEach(() => {
  expect(mappedMaps(), 'mapped maps').toBe(0);
  expect(activePolls(), 'fds that are waited for').toBe(0);
});

const end = { done: true, value: undefined };

test('while it is open and waits, there is something to free', async () => {
  using ring = openRing();
  using events = new RingBuffer(ring.events);

  const next = events.next();

  expect(await isPending(next)).toBe(true);
  expect(mappedMaps()).toBe(2);
  expect(activePolls()).toBe(1);
});

describe('a loop', () => {
  test('that is left by break', async () => {
    using ring = openRing();
    const events = new RingBuffer(ring.events);
    let seen = 0;
    ring.send(10);

    for await (const _ of events) {
      seen += 1;
      if (seen === 3) break;
    }

    expect(seen).toBe(3);
    expect(await events.next()).toEqual(end);
  });

  test('that throws', async () => {
    using ring = openRing();
    const events = new RingBuffer(ring.events);
    ring.send(10);
    const loop = async (): Promise<void> => {
      for await (const _ of events) throw new Error('enough');
    };

    await expect(loop()).rejects.toThrow('enough');
    expect(await events.next()).toEqual(end);
  });

  test('that nobody entered', () => {
    using ring = openRing();

    const events = new RingBuffer(ring.events);
    events.close();
    events.close();

    expect(mappedMaps()).toBe(0);
  });
});

describe.each<[how: string, close: (events: RingBuffer) => void]>([
  ['close', (events) => events.close()],
  ['Symbol.dispose', (events) => events[Symbol.dispose]()],
  ['Symbol.asyncDispose', (events) => void events[Symbol.asyncDispose]()],
  ['return', (events) => void events.return()],
])('%s', (_, close) => {
  test('lets go whoever waits', async () => {
    using ring = openRing();
    const events = new RingBuffer(ring.events);
    const waiting = [events.next(), events.next()];
    expect(await isPending(Promise.race(waiting))).toBe(true);

    close(events);

    expect(await Promise.all(waiting)).toEqual([end, end]);
  });

  test('just when a record has come', async () => {
    using ring = openRing();
    const events = new RingBuffer(ring.events);
    const next = events.next();
    expect(await isPending(next)).toBe(true);

    ring.send(1);
    close(events);

    expect(await next).toEqual(end);
  });
});

describe('an abort', () => {
  test('rejects whoever waits, with its reason', async () => {
    using ring = openRing();
    const controller = new AbortController();
    const events = new RingBuffer(ring.events, { signal: controller.signal });
    const waiting = [events.next(), events.next()];
    expect(await isPending(Promise.race(waiting))).toBe(true);

    controller.abort(new Error('stop'));

    expect(await Promise.allSettled(waiting)).toMatchObject([
      { status: 'rejected', reason: { message: 'stop' } },
      { status: 'rejected', reason: { message: 'stop' } },
    ]);
  });

  test('in the loop ends it at the next record, which is dropped', async () => {
    using ring = openRing();
    const controller = new AbortController();
    const events = new RingBuffer(ring.events, { signal: controller.signal });
    ring.send(10);
    let seen = 0;
    const loop = async (): Promise<void> => {
      for await (const _ of events) {
        seen += 1;
        controller.abort();
      }
    };

    await expect(loop()).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toBe(1);
  });

  test('before it was made: it is not made', () => {
    using ring = openRing();

    expect(() => new RingBuffer(ring.events, { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });

  test('after it was closed means nothing', async () => {
    using ring = openRing();
    const controller = new AbortController();
    const events = new RingBuffer(ring.events, { signal: controller.signal });
    events.close();

    controller.abort();

    expect(await events.next()).toEqual(end);
  });
});

describe('refused', () => {
  test('a second reader of a map, by another fd too, until the first is closed', () => {
    using ring = openRing();
    using again = ring.openAgain('events');
    const first = new RingBuffer(ring.events);

    for (const map of [ring.events, again]) {
      expect(() => new RingBuffer(map)).toThrow(
        expect.objectContaining({
          code: 'MapFailed',
          message: 'ring buffer "events" is being read already',
        }),
      );
    }
    new RingBuffer(ring.largeEvents).close();
    first.close();
    new RingBuffer(again).close();
  });

  test('a map of another type', () => {
    using ring = openRing();

    expect(() => new RingBuffer(ring.orders)).toThrow(
      expect.objectContaining({
        code: 'MapFailed',
        message: 'map "orders" is of type array, not a ring buffer',
      }),
    );
  });

  test('a closed map', () => {
    using ring = openRing();
    ring.events[Symbol.dispose]();

    expect(() => new RingBuffer(ring.events)).toThrow(expect.objectContaining({ code: 'Closed' }));
  });

  test.each([0, -1, 1.5, Number.NaN])('a batch of %d', (batch) => {
    using ring = openRing();

    expect(() => new RingBuffer(ring.events, { batch })).toThrow(
      expect.objectContaining({ code: 'InvalidValue' }),
    );
  });
});

test('opened and closed many times', async () => {
  using ring = openRing();

  for (let round = 0; round < 100; round += 1) {
    using events = new RingBuffer(ring.events);
    ring.send(1);
    expect(await events.next()).toMatchObject({ done: false }); // oxlint-disable-line eslint/no-await-in-loop -- the rounds follow each other
  }

  expect(ring.count('submitted')).toBe(100);
});
