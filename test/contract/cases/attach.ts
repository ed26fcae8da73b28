import { describe, expect, test } from 'vitest';
import { pinPath } from '../../../src/state/ids.ts';
import {
  attachRequest,
  entry,
  kernel,
  loadOne,
  loadRequest,
  pins,
  programAt,
  runsWhenCalled,
  told,
  toldId,
  world,
} from '../scene.ts';
import { calledTarget } from '../world.ts';
import { errorOf } from './load.ts';

export function attachCases(): void {
  describe('attach', () => {
    test('pins a link of the program', () => {
      const load = loadRequest('counter', 'count_first');
      const { program } = loadOne(load);
      const request = attachRequest(load);

      const id = kernel.attach(request);

      expect(entry(request.linkPin)).toEqual({
        path: request.linkPin,
        kind: 'link',
        link: {
          id,
          programId: program.id,
          attachType: 'fentry',
          targetBtfId: told(world.tellsTargetOfLink, load.targetBtfId),
          targetObjectId: toldId(world.tellsTargetOfLink),
        },
      });
    });

    test.each(['count_first', 'count_return'])('from then on %s runs', (program) => {
      const load = loadRequest('counter', program, calledTarget);
      loadOne(load);
      expect(runsWhenCalled(load.programPin)).toBe(false);
      const attachType = program === 'count_return' ? 'fexit' : 'fentry';

      kernel.attach({ ...attachRequest(load), attachType });

      expect(runsWhenCalled(load.programPin)).toBe(true);
    });

    test('the link keeps the program when its own pin goes', () => {
      const load = loadRequest('counter', 'count_first', calledTarget);
      const { program } = loadOne(load);
      kernel.attach(attachRequest(load));

      kernel.take(load.programPin).release();

      expect(entry(attachRequest(load).linkPin)).toMatchObject({ link: { programId: program.id } });
    });
  });

  describe('attach that is refused', () => {
    test('a program that is not there', () => {
      errorOf(() => kernel.attach(attachRequest(loadRequest('counter', 'count_first'))));

      expect(pins()).toEqual([]);
    });

    test('a map in place of the program', () => {
      const load = loadRequest('counter', 'count_first');
      loadOne(load);
      const before = pins();

      errorOf(() => {
        kernel.attach({ ...attachRequest(load), programPin: load.maps[0]?.pin ?? load.programPin });
      });

      expect(pins()).toEqual(before);
    });

    test('a program that is attached already', () => {
      const load = loadRequest('counter', 'count_first');
      loadOne(load);
      const request = attachRequest(load);
      const id = kernel.attach(request);
      const second = { ...request, linkPin: pinPath(`${request.linkPin}2`) };

      const error = errorOf(() => kernel.attach(second));

      expect(error.message).toMatch(world.attachesAgain ? /EBUSY/ : /ENOENT/);
      expect(entry(request.linkPin)).toMatchObject({ link: { id } });
      expect(world.exists(second.linkPin)).toBe(false);
    });

    test.skipIf(world.untraceable === undefined)('a function that cannot be traced', () => {
      const load = loadRequest('counter', 'count_first', world.untraceable);
      loadOne(load);
      const before = pins();

      const error = errorOf(() => kernel.attach(attachRequest(load)));

      expect(error.message).toMatch(/EBUSY/);
      expect(pins()).toEqual(before);
    });

    test('a link pin that is taken: the program does not run', () => {
      const load = loadRequest('counter', 'count_first', calledTarget);
      const { program } = loadOne(load);
      const { linkPin } = attachRequest(load);
      world.makeNote(linkPin, 'in the way');

      errorOf(() => kernel.attach(attachRequest(load)));

      expect(entry(linkPin)).toMatchObject({ kind: 'note', text: 'in the way' });
      expect(runsWhenCalled(load.programPin)).toBe(false);
      expect(programAt(load.programPin).id).toBe(program.id);
    });
  });
}
