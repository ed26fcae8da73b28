import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ModuleChange } from '../../../src/daemon/watch-modules.ts';
import { ModuleWatch } from '../../../src/daemon/watch-modules.ts';

let loaded: readonly string[] = [];
let looks = 0;
let changes: ModuleChange[] = [];
let look = vi.fn();
let watch: ModuleWatch;
let timers = 0;

beforeEach(() => {
  [loaded, looks, changes, timers] = [['ext4'], 0, [], 0];
  watch = new ModuleWatch({
    modules: () => ((looks += 1), loaded),
    onChange: (change) => changes.push(change),
    every: (_, callback) => {
      look = vi.fn(callback);
      timers += 1;
      return () => (timers -= 1);
    },
  });
});
afterEach(() => {
  watch.close();
  expect(timers).toBe(0);
});

test('a module that comes, goes, and comes back', () => {
  watch.follow(['nf']);

  for (const now of [['ext4', 'nf'], ['ext4', 'nf'], ['nf'], [], ['nf']]) {
    loaded = now;
    look();
  }

  expect(changes).toEqual([
    { loaded: ['nf'], unloaded: [] },
    { loaded: [], unloaded: ['nf'] },
    { loaded: ['nf'], unloaded: [] },
  ]);
});

test('what is there already is not told, others are nobody’s business, and globs stand for many', () => {
  loaded = ['nf_nat'];
  watch.follow(['nf_*', 'xt']);

  loaded = ['nf_nat', 'nf_tables', 'xt', 'xt_mark'];
  look();

  expect(changes).toEqual([{ loaded: ['nf_tables', 'xt'], unloaded: [] }]);
});

test('nobody looks while nothing is followed', () => {
  watch.follow([]);
  watch.follow([]);
  expect([timers, looks]).toEqual([0, 0]);

  watch.follow(['nf']);
  watch.follow(['nf']);
  expect(timers).toBe(1);

  watch.follow([]);
  expect(timers).toBe(0);
});
