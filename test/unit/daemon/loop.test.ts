import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Loop } from '../../../src/daemon/loop.ts';

const quietMs = 50;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Run {
  readonly start: number;
  readonly signal: AbortSignal;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** A loop whose runs end when the test says so. */
function startLoop() {
  const runs: Run[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const loop = new Loop({
    run: async (signal) => {
      mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
      await new Promise<void>((end, fail) => runs.push({ start: Date.now(), signal, end, fail }));
      atOnce -= 1;
    },
    quietMs,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  return { loop, runs, mostAtOnce: () => mostAtOnce };
}

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

describe('the quiet time', () => {
  test('a request runs when it is over', async () => {
    const { loop, runs } = startLoop();

    loop.request();

    await pass(quietMs - 1);
    expect(runs).toHaveLength(0);
    await pass(1);
    expect(runs).toHaveLength(1);
  });

  test('starts again with every request', async () => {
    const { loop, runs } = startLoop();

    for (let request = 0; request < 10; request += 1) {
      loop.request();
      await pass(quietMs - 1);
    }

    expect(runs).toHaveLength(0);
    await pass(1);
    expect(runs).toHaveLength(1);
  });

  test('does not hold for one who asks to run now', async () => {
    const { loop, runs } = startLoop();

    loop.request();
    loop.requestNow();

    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await pass(quietMs * 2);
    expect(runs).toHaveLength(1);
  });
});

describe('during a run', () => {
  test('many requests make one more run, after it', async () => {
    const { loop, runs } = startLoop();
    loop.requestNow();

    for (let request = 0; request < 5; request += 1) {
      loop.request();
      loop.requestNow();
      await pass(quietMs * 2);
    }

    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await pass(0);
    expect(runs).toHaveLength(2);
    runs[1]?.end();
    await pass(quietMs * 2);
    expect(runs).toHaveLength(2);
  });

  test('a request shortly before its end still waits for quiet', async () => {
    const { loop, runs } = startLoop();
    loop.requestNow();

    loop.request();
    runs[0]?.end();

    await pass(quietMs - 1);
    expect(runs).toHaveLength(1);
    await pass(1);
    expect(runs).toHaveLength(2);
  });
});

describe('stopping', () => {
  test('ends at once when nothing runs, and forgets what was asked', async () => {
    const { loop, runs } = startLoop();
    loop.request();

    loop.stop(new Error('enough'));

    await loop.ended;
    loop.request();
    loop.requestNow();
    await pass(quietMs * 2);
    expect(runs).toHaveLength(0);
  });

  test('tells the run why, waits for it and starts no other', async () => {
    const { loop, runs } = startLoop();
    const reason = new Error('enough');
    const ended = vi.fn();
    void loop.ended.then(ended);
    loop.requestNow();
    loop.requestNow();

    loop.stop(reason);
    loop.stop(new Error('again'));

    await pass(quietMs * 2);
    expect(runs[0]?.signal.reason).toBe(reason);
    expect(ended).not.toHaveBeenCalled();
    runs[0]?.end();
    await pass(0);
    expect(ended).toHaveBeenCalledOnce();
    expect(runs).toHaveLength(1);
  });

  test('a run that throws stops the loop', async () => {
    const { loop, runs } = startLoop();
    loop.requestNow();
    loop.requestNow();
    const ended = expect(loop.ended).rejects.toThrow('a bug');

    runs[0]?.fail(new Error('a bug'));

    await ended;
    loop.requestNow();
    expect(runs).toHaveLength(1);
  });

  test('a run may stop the loop that it is in, even before it first waits', async () => {
    let isOver = false;
    const loop: Loop = new Loop({
      run: async () => {
        loop.stop(new Error('enough'));
        await Promise.resolve();
        isOver = true;
      },
      quietMs,
      after: () => () => {},
    });

    loop.requestNow();

    await loop.ended;
    expect(isOver).toBe(true);
  });
});

test('the last request wins whatever the timing, and never two at once', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant('request' as const) },
    fc.constant('request now' as const),
    { weight: 2, arbitrary: fc.constant('end of run' as const) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 * quietMs }) },
  );

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { loop, runs, mostAtOnce } = startLoop();
      let requests = 0;
      /** How many requests had been made when each run started. */
      const seen: number[] = [];
      const note = () => {
        while (seen.length < runs.length) seen.push(requests);
      };
      const endRun = async () => {
        runs.at(-1)?.end();
        await pass(0);
        note();
      };

      for (const next of steps) {
        if (next === 'request' || next === 'request now') requests += 1;
        if (next === 'request') loop.request();
        if (next === 'request now') loop.requestNow();
        if (next === 'end of run') await endRun();
        if (typeof next === 'number') await pass(next);
        note();
      }
      await pass(quietMs);
      note();
      await endRun();
      await endRun();

      expect(mostAtOnce()).toBeLessThanOrEqual(1);
      expect(seen.at(-1) ?? 0).toBe(requests);
      expect(runs.length).toBeLessThanOrEqual(requests);
    }),
  );
});
