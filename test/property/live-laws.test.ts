import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ratesBetween } from '../../src/cli/live/rates.ts';
import { amount } from '../../src/cli/output/live/amount.ts';
import { frameLines } from '../../src/cli/output/live/frame.ts';
import { sparkline } from '../../src/cli/output/live/sparkline.ts';
import { counted, live, sample, view } from '../unit/cli/live/sample.ts';

const rate = fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: undefined });

const program = fc
  .record({
    program: fc.string({ minLength: 1, unit: 'grapheme' }),
    target: fc.string({ minLength: 1, maxLength: 60 }),
    runsPerSecond: rate,
    nsPerRun: rate,
    problem: fc.option(fc.string(), { nil: undefined }),
    history: fc.array(rate, { maxLength: 40 }),
  })
  .map((part) => live(part));

test('whatever is shown, it has no more lines, and none longer, than the terminal', () => {
  fc.assert(
    fc.property(
      fc.array(program, { maxLength: 12 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 16 }),
      fc.array(fc.string(), { maxLength: 3 }),
      (programs, width, height, notes) => {
        const page = { width, height, style: { colour: false }, title: 'x', withNames: true };
        const lines = frameLines(view(...programs), page, notes);

        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) expect(line).toMatch(new RegExp(`^[ -~…▁▂▃▄▅▆▇█]{0,${width}}$`));
      },
    ),
  );
});

test('no rate is negative, whatever the counters and ids do', () => {
  const some = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(1000)), { maxLength: 4 });
  fc.assert(
    fc.property(some, some, fc.nat(5000), (before, now, ms) => {
      const [first, second] = [before, now].map((all) =>
        all.map(([id, runs]) => counted(id, runs)),
      );
      const rates = ratesBetween(sample(0, ...(first ?? [])), sample(ms, ...(second ?? [])));

      expect(rates).toHaveLength(now.length);
      for (const { runsPerSecond = 0, nsPerRun = 0 } of rates) {
        expect(runsPerSecond).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(runsPerSecond)).toBe(true);
        expect(nsPerRun).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('a sparkline is as wide as its room, and only what is 0 is the lowest beside something higher', () => {
  fc.assert(
    fc.property(fc.array(rate), fc.nat(60), (values, width) => {
      const shown = values.slice(-width);
      const bars = sparkline(values, width).slice(width === 0 ? 0 : width - shown.length);

      expect(sparkline(values, width)).toHaveLength(width);
      for (const [index, bar] of [...bars].entries()) {
        const value = width === 0 ? undefined : shown[index];
        expect(bar === '▁').toBe(value === 0);
      }
    }),
  );
});

test('an amount has its 6 characters', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9e17, noNaN: true }), (value) => {
      expect(amount(value).length).toBeLessThanOrEqual(6);
    }),
  );
});
