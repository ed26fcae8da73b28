import { describe, expect, test } from 'vitest';
import type { OneLoad } from '../scene.ts';
import {
  attachRequest,
  countsWhenCalled,
  dispatched,
  entry,
  inSlot,
  kernel,
  loaded,
  loadOne,
  loadRequest,
  runsWhenCalled,
  world,
} from '../scene.ts';
import { errorOf } from './load.ts';

export function exchangeCases(): void {
  describe('exchange', () => {
    test('another version takes the place, and the link stays', () => {
      const old = dispatched('counter');
      const { load, known } = loaded('counter-v2');
      const link = entry(old.request.linkPin);

      const exchanged = kernel.exchange({ slotPin: old.slotPin, from: old.known, to: load });

      expect(exchanged.programId).toBe(known.id);
      exchanged.release();
      expect(inSlot(old.slotPin)).toBe(known.id);
      expect(entry(old.request.linkPin)).toEqual(link);
      expect(countsWhenCalled(old.hits)).toBe(true);
    });

    test('the one before is back after a restore, though its pin was taken meanwhile', () => {
      const old = dispatched('counter');
      const { load } = loaded('counter-v2');
      const exchanged = kernel.exchange({ slotPin: old.slotPin, from: old.known, to: load });

      const taken = kernel.take(old.load.programPin);
      exchanged.restore();
      taken.restore();

      expect(inSlot(old.slotPin)).toBe(old.known.id);
      expect(countsWhenCalled(old.hits)).toBe(true);
    });

    test.each([
      ['lost its pin', (load: OneLoad) => world.remove(load.programPin)],
      ['has another in its place', replaceProgram],
    ])('one that %s is held all the same', (_, lose) => {
      const old = dispatched('counter');
      const { load } = loaded('counter-v2');
      lose(old.load);

      const exchanged = kernel.exchange({ slotPin: old.slotPin, from: old.known, to: load });
      exchanged.restore();

      expect(inSlot(old.slotPin)).toBe(old.known.id);
    });

    test('out and in again: paused and resumed', () => {
      const { slotPin, known, load, hits } = dispatched('counter');

      kernel.exchange({ slotPin, from: known, to: undefined }).release();
      const whilePaused = [inSlot(slotPin), countsWhenCalled(hits)];
      kernel.exchange({ slotPin, from: undefined, to: load }).release();

      expect(whilePaused).toEqual([undefined, false]);
      expect(inSlot(slotPin)).toBe(known.id);
      expect(countsWhenCalled(hits)).toBe(true);
    });

    test.each(['to nothing', 'from nothing'])('%s, restored', (what) => {
      const { slotPin, known, load } = dispatched('counter');
      if (what === 'from nothing') world.emptySlot(slotPin);
      const before = inSlot(slotPin);
      const request =
        what === 'from nothing' ? { from: undefined, to: load } : { from: known, to: undefined };

      kernel.exchange({ slotPin, ...request }).restore();

      expect(inSlot(slotPin)).toBe(before);
    });
  });

  describe('exchange that is refused', () => {
    test('another program is in the slot than was expected', () => {
      const { slotPin, known } = dispatched('counter');
      const { load } = loaded('counter-v2');
      world.emptySlot(slotPin);

      const error = errorOf(() => kernel.exchange({ slotPin, from: known, to: load }));

      expect(error.message).toMatch(/holds/);
      expect(inSlot(slotPin)).toBeUndefined();
    });

    test.each(['no slot', 'no program', 'a slot that is a program'])('%s', (what) => {
      const { slotPin, known, load, hits } = dispatched('counter');
      const none = loadRequest('counter-v2', 'count_first');
      if (what === 'no slot') world.remove(slotPin);
      const place = what === 'a slot that is a program' ? load.programPin : slotPin;
      const to = what === 'no program' ? none : load;

      errorOf(() => kernel.exchange({ slotPin: place, from: known, to }));

      expect(countsWhenCalled(hits)).toBe(what !== 'no slot');
    });
  });

  describe('detach', () => {
    test('is done at once, and restored by another link of the same program', () => {
      const { load, known, request } = attached();
      const before = entry(request.linkPin);

      const taken = kernel.detach({ ...request, from: known });

      expect(world.exists(request.linkPin)).toBe(false);
      expect(runsWhenCalled(load.programPin)).toBe(false);
      if (!world.attachesAgain) return taken.release();
      taken.restore();
      expect(entry(request.linkPin)).not.toEqual(before);
      expect(entry(request.linkPin)).toMatchObject({ link: { programId: known.id } });
      expect(runsWhenCalled(load.programPin)).toBe(true);
    });

    test.skipIf(!world.attachesAgain)('a program that lost its pin is attached again', () => {
      const { load, known, request, hits } = attached();
      world.remove(load.programPin);

      kernel.detach({ ...request, from: { ...known, pin: undefined } }).restore();

      expect(entry(request.linkPin)).toMatchObject({ link: { programId: known.id } });
      expect(countsWhenCalled(hits)).toBe(true);
    });

    test('released, it is gone', () => {
      const { known, request, hits } = attached();

      kernel.detach({ ...request, from: known }).release();

      expect(world.exists(request.linkPin)).toBe(false);
      expect(countsWhenCalled(hits)).toBe(false);
    });
  });
}

/** Another program at the same place. */
function replaceProgram(load: OneLoad): void {
  world.remove(load.programPin);
  loadOne(load);
}

function attached() {
  const ready = loaded('counter');
  const request = attachRequest(ready.load);
  kernel.attach(request);
  return { ...ready, request };
}
