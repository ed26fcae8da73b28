import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Turns } from '../../../src/daemon/turns.ts';

test('each has its turn, one at a time, in the order in which they asked, whatever becomes of the others', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ steps: fc.nat(3), fails: fc.boolean() }), { maxLength: 8 }),
      async (runs) => {
        const turns = new Turns();
        const order: number[] = [];
        let atOnce = 0;
        let mostAtOnce = 0;
        const taken = runs.map(async ({ steps, fails }, index) => {
          await turns.take(async () => {
            order.push(index);
            mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
            for (let step = 0; step < steps; step += 1) await Promise.resolve();
            atOnce -= 1;
            if (fails) throw new Error(`${index}`);
          });
        });

        const ended = await Promise.allSettled(taken);

        expect(order).toEqual(runs.map((_, index) => index));
        expect(mostAtOnce).toBe(runs.length === 0 ? 0 : 1);
        expect(ended.map(({ status }) => status === 'rejected')).toEqual(
          runs.map(({ fails }) => fails),
        );
      },
    ),
  );
});
