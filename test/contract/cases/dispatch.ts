import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pinPath } from '../../../src/state/ids.ts';
import type { PinPath } from '../../../src/state/ids.ts';
import type { ObservedLink } from '../../../src/state/observed.ts';
import {
  attachRequest,
  countsWhenCalled,
  dispatchRequest,
  entry,
  inSlot,
  kernel,
  loaded,
  loadOne,
  loadRequest,
  pins,
  runsWhenCalled,
  told,
  toldId,
  world,
} from '../scene.ts';
import { errorOf } from './load.ts';

export function dispatchCases(): void {
  describe('dispatch', () => {
    test('pins a slot with the program in it, and the link of a dispatcher', () => {
      const { load, known } = loaded('counter');
      const request = dispatchRequest(load);

      const id = kernel.dispatch(request);

      const link = linkAt(request.linkPin);
      expect(link.programId).not.toBe(known.id);
      expect(link).toMatchObject({
        id,
        attachType: 'fentry',
        targetBtfId: told(world.tellsTargetOfLink, load.targetBtfId),
        targetObjectId: toldId(world.tellsTargetOfLink),
      });
      expect(entry(request.slotPin)).toMatchObject({
        kind: 'map',
        shape: { type: 'prog_array', keySize: 4, valueSize: 4, maxEntries: 1, flags: 0 },
        slot: { programId: known.id },
      });
    });

    test.each(['count_first', 'count_return'])('from then on %s runs', (program) => {
      const { load, hits } = loaded('counter', program);
      const attachType = program === 'count_return' ? 'fexit' : 'fentry';
      expect(countsWhenCalled(hits)).toBe(false);

      kernel.dispatch({ ...dispatchRequest(load), attachType });

      expect(linkAt(dispatchRequest(load).linkPin).attachType).toBe(attachType);
      expect(countsWhenCalled(hits)).toBe(true);
      expect(runsWhenCalled(load.programPin)).toBe(false); // the kernel counts the dispatcher's runs
    });

    test('the runs of the dispatcher are known, and of a program that is not there none', () => {
      const { load } = loaded('counter');
      const request = dispatchRequest(load);
      kernel.dispatch(request);
      const link = linkAt(request.linkPin);
      const before = kernel.runsOf(link.programId)?.runCount ?? -1n;

      world.call();

      expect(kernel.runsOf(link.programId)?.runCount).toBeGreaterThan(before);
      expect(kernel.runsOf(2 ** 31 - 1)).toBeUndefined();
    });

    test('paused: nothing runs, and the slot is empty', () => {
      const { load, hits } = loaded('counter');

      kernel.dispatch({ ...dispatchRequest(load), state: 'paused' });

      expect(inSlot(dispatchRequest(load).slotPin)).toBeUndefined();
      expect(countsWhenCalled(hits)).toBe(false);
    });

    test('beside a link of the same program, which runs on', () => {
      const { load, hits } = loaded('counter');
      kernel.attach(attachRequest(load));

      kernel.dispatch(dispatchRequest(load));
      kernel.take(attachRequest(load).linkPin).release();

      expect(countsWhenCalled(hits)).toBe(true);
    });

    test('the slot keeps the program when its own pin goes', () => {
      const { load, hits } = loaded('counter');
      kernel.dispatch(dispatchRequest(load));

      kernel.take(load.programPin).release();

      expect(countsWhenCalled(hits)).toBe(true);
    });

    test.each(['slotPin', 'linkPin'] as const)('without its %s nothing runs', (pin) => {
      const { load, hits } = loaded('counter');
      const request = dispatchRequest(load);
      kernel.dispatch(request);

      world.remove(request[pin]);

      expect(countsWhenCalled(hits)).toBe(false);
    });

    test.each(['slotPin', 'linkPin'] as const)('held, its %s loses nothing', (pin) => {
      const { load, hits } = loaded('counter');
      const request = dispatchRequest(load);
      kernel.dispatch(request);
      const before = entry(request[pin]);

      const taken = kernel.take(request[pin]);

      expect(countsWhenCalled(hits)).toBe(true);
      taken.restore();
      expect(entry(request[pin])).toEqual(before);
      expect(countsWhenCalled(hits)).toBe(true);
    });
  });

  describe('dispatch that is refused', () => {
    test.each(['slotPin', 'linkPin'] as const)('a %s that is taken: nothing runs', (pin) => {
      const { load, hits } = loaded('counter');
      const request = dispatchRequest(load);
      world.makeDirectory(pinPath(path.dirname(request.slotPin)));
      world.makeNote(request[pin], 'in the way');
      const before = pins();

      errorOf(() => kernel.dispatch(request));

      expect(pins()).toEqual(before);
      expect(countsWhenCalled(hits)).toBe(false);
    });

    test('a program that is not there', () => {
      errorOf(() => kernel.dispatch(dispatchRequest(loadRequest('counter', 'count_first'))));

      expect(pins()).toEqual([]);
    });

    test.skipIf(world.untraceable === undefined)('a function that cannot be traced', () => {
      const load = loadRequest('counter', 'count_first', world.untraceable);
      loadOne(load);
      const before = pins();

      const error = errorOf(() => kernel.dispatch(dispatchRequest(load)));

      expect(error.message).toMatch(/EBUSY/);
      expect(pins()).toEqual(before);
    });
  });
}

function linkAt(pin: PinPath): ObservedLink {
  const found = entry(pin);
  if (found.kind !== 'link') throw new Error(`"${pin}" is a ${found.kind}`);
  return found.link;
}
