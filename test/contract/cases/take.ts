import { describe, expect, test } from 'vitest';
import type { PinPath } from '../../../src/state/ids.ts';
import { pinPath } from '../../../src/state/ids.ts';
import {
  attachRequest,
  entry,
  kernel,
  loadOne,
  loadRequest,
  root,
  runsWhenCalled,
  world,
} from '../scene.ts';
import { calledTarget } from '../world.ts';
import { errorOf } from './load.ts';

export function takeCases(): void {
  describe('take', () => {
    test('a link runs on while it is held, and is the same when it is back', () => {
      const { programPin, linkPin } = attached();
      const before = entry(linkPin);

      const taken = kernel.take(linkPin);

      expect(world.exists(linkPin)).toBe(false);
      expect(runsWhenCalled(programPin)).toBe(true);
      taken.restore();
      expect(entry(linkPin)).toEqual(before);
      expect(runsWhenCalled(programPin)).toBe(true);
    });

    test('a link that is released is detached', () => {
      const { programPin, linkPin } = attached();

      kernel.take(linkPin).release();

      expect(world.exists(linkPin)).toBe(false);
      expect(runsWhenCalled(programPin)).toBe(false);
    });

    test.skipIf(!world.attachesAgain)(
      'what was detached can be attached again (Linux 5.13)',
      () => {
        const { programPin, linkPin, request } = attached();
        const before = entry(linkPin);
        kernel.take(linkPin).release();

        kernel.attach(request);

        expect(entry(linkPin)).not.toEqual(before);
        expect(runsWhenCalled(programPin)).toBe(true);
      },
    );

    test('a link that somebody else holds is not reported as detached', () => {
      const { programPin, linkPin } = attached();
      world.copyPin(linkPin, pinPath(`${root}/elsewhere`));

      const error = errorOf(() => kernel.take(linkPin).release());

      expect(error.message).toMatch(/still attached/);
      expect(runsWhenCalled(programPin)).toBe(true);
    });

    test('a program, a map and a note are the same when they are back', () => {
      const load = loadRequest('counter', 'count_first');
      loadOne(load);
      const paths: readonly PinPath[] = [
        load.programPin,
        load.note.pin,
        ...load.maps.map((map) => map.pin),
      ];
      const before = paths.map(entry);

      for (const path of paths) kernel.take(path).restore();

      expect(paths.map(entry)).toEqual(before);
    });

    test('what is released is gone, and can be loaded anew', () => {
      const load = loadRequest('counter', 'count_first');
      const { created, program } = loadOne(load);

      for (const path of created.toReversed()) kernel.take(path).release();

      expect(created.filter(world.exists)).toEqual([]);
      expect(loadOne(load).program.id).not.toBe(program.id);
    });
  });

  describe('take that is refused', () => {
    test.each([
      ['a pin that is not there', () => loadRequest('counter', 'count_first').programPin],
      ['a directory', () => root],
    ])('%s', (_, path) => {
      world.makeDirectory(root);

      errorOf(() => kernel.take(path()));

      expect(world.exists(root)).toBe(true);
    });

    test('no restore over what came meanwhile; what was held is let go', () => {
      const { programPin, linkPin } = attached();
      const taken = kernel.take(linkPin);
      world.makeNote(linkPin, 'in the way');

      errorOf(() => taken.restore());

      expect(entry(linkPin)).toMatchObject({ kind: 'note' });
      expect(runsWhenCalled(programPin)).toBe(false);
    });

    test('nor of a note', () => {
      const load = loadRequest('counter', 'count_first');
      loadOne(load);
      const taken = kernel.take(load.note.pin);
      world.makeNote(load.note.pin, 'in the way');

      errorOf(() => taken.restore());

      expect(entry(load.note.pin)).toMatchObject({ text: 'in the way' });
    });
  });

  describe('note', () => {
    const path = pinPath(`${root}/sample/notes/deep/note`);
    const text = 'free text: "spaces", dots... and /slashes/';

    test('is read as it was written, directories and all', () => {
      kernel.note(path, text);

      expect(entry(path)).toEqual({ path, kind: 'note', text });
    });

    test('is not written over what is there', () => {
      kernel.note(path, text);

      errorOf(() => kernel.note(path, 'other'));

      expect(entry(path)).toMatchObject({ text });
    });

    test('goes for good when it is released', () => {
      kernel.note(path, text);

      kernel.take(path).release();

      expect(world.exists(path)).toBe(false);
    });
  });

  describe('removeDirectory', () => {
    const directory = pinPath(`${root}/directory`);

    test('an empty one goes', () => {
      world.makeDirectory(directory);

      expect(kernel.removeDirectory(directory)).toBe(true);
      expect(world.exists(directory)).toBe(false);
    });

    test('one that is not there is gone', () => {
      expect(kernel.removeDirectory(directory)).toBe(true);
    });

    test.each(['directory', 'note'])('one that holds a %s stays', (kind) => {
      world.makeDirectory(directory);
      const inside = pinPath(`${directory}/inside`);
      if (kind === 'note') world.makeNote(inside, 'text');
      else world.makeDirectory(inside);

      expect(kernel.removeDirectory(directory)).toBe(false);
      expect(world.exists(inside)).toBe(true);
    });
  });
}

function attached() {
  const load = loadRequest('counter', 'count_first', calledTarget);
  const request = attachRequest(load);
  loadOne(load);
  kernel.attach(request);
  return { programPin: load.programPin, linkPin: request.linkPin, request };
}
