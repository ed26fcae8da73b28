import { describe, expect, test } from 'vitest';
import { FailedError, LockedError } from '../../../src/base/errors.ts';
import { kernel, root, world } from '../scene.ts';

export function lockCases(): void {
  describe('lock', () => {
    test('makes the directory', async () => {
      using _lock = await kernel.lock(root, 0);

      expect(world.exists(root)).toBe(true);
    });

    test('a second one is refused after its time, and told by whom', async () => {
      using _lock = await kernel.lock(root, 0);

      const second = kernel.lock(root, 60);

      await expect(second).rejects.toThrow(LockedError);
      await expect(second).rejects.toThrow(`process ${process.pid} holds the lock`);
    });

    test('who is told to stop waits no longer, and makes nothing', async () => {
      await expect(kernel.lock(root, 60_000, AbortSignal.abort(new Error('stop')))).rejects.toThrow(
        'stop',
      );
      expect(world.exists(root)).toBe(false);
      using _lock = await kernel.lock(root, 0);
      const stop = new AbortController();

      const second = kernel.lock(root, 60_000, stop.signal);
      stop.abort(new Error('stop'));

      await expect(second).rejects.toThrow('stop');
    });

    test('a second one gets it as soon as the first lets go', async () => {
      const first = await kernel.lock(root, 0);
      const second = kernel.lock(root, 60_000);

      first[Symbol.dispose]();

      using _lock = await second;
      await expect(kernel.lock(root, 0)).rejects.toThrow(LockedError);
    });

    test('the lock on a directory that was removed meanwhile is none: the second makes a new one', async () => {
      const first = await kernel.lock(root, 0);
      const second = kernel.lock(root, 60_000);

      kernel.removeDirectory(root);
      first[Symbol.dispose]();

      using _lock = await second;
      expect(world.exists(root)).toBe(true);
      await expect(kernel.lock(root, 0)).rejects.toThrow(LockedError);
    });

    test('who holds it is told when the directory was removed, even if there is another', async () => {
      using lock = await kernel.lock(root, 0);
      lock.requireHeld();

      kernel.removeDirectory(root);

      expect(() => lock.requireHeld()).toThrow(FailedError);
      using other = await kernel.lock(root, 0);
      expect(() => lock.requireHeld()).toThrow(`"${root}" was removed, and the lock on it with it`);
      other.requireHeld();
    });
  });
}
