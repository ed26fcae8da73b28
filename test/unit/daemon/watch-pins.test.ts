import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Drift } from '../../../src/daemon/pin-tree.ts';
import { PinWatch } from '../../../src/daemon/watch-pins.ts';
import { Directory } from './directory.ts';

// Plain directories: bpffs tells inotify the same of its names, which test/e2e/drift.test.ts shows.

let directory: Directory;
let watch: PinWatch;
const told: number[] = [];
let wake: () => void;

beforeEach(() => {
  directory = new Directory();
  told.length = 0;
  wake = () => {};
  watch = new PinWatch({
    onDrift: () => {
      told.push(Date.now());
      wake();
    },
    onProblem: (_, error) => {
      throw error;
    },
    quietMs: 5,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  for (const name of ['maps/o/m', 'attachments/o/p/f/fentry/link', 'attachments/o/p/f/fentry/slot'])
    directory.write(`root/demo/${name}`, '');
});
afterEach(() => {
  watch.close();
  directory.remove();
});

/** Waits as long as a test may. */
async function noticed(): Promise<void> {
  while (told.length === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

function settle(isUnchanged = false): void {
  const below = directory.file('root/demo');
  const entries = readdirSync(below, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const pins = files.map((entry) => path.join(entry.parentPath, entry.name));
  watch.settle({ directory: below, pins, isUnchanged });
}

function relative({ gone, added, replaced }: Drift) {
  const names = (pins: readonly string[]) =>
    pins.map((pin) => path.relative(directory.file('root/demo'), pin));
  return { gone: names(gone), added: names(added), replaced: names(replaced) };
}

const [link, slot, map] = [
  'attachments/o/p/f/fentry/link',
  'attachments/o/p/f/fentry/slot',
  'maps/o/m',
];

describe('what others do', () => {
  test.each<[what: string, act: () => unknown, drift: Partial<Drift>]>([
    ['a pin is removed', () => directory.remove(`root/demo/${link}`), { gone: [link] }],
    [
      'a pin is moved',
      () => renameSync(directory.file(`root/demo/${map}`), directory.file('root/demo/maps/m')),
      { gone: [map], added: ['maps/m'] },
    ],
    ['a file is added', () => directory.write('root/demo/maps/x', ''), { added: ['maps/x'] }],
    [
      'a file is added in a directory of its own',
      () => directory.write('root/demo/a/b/x', ''),
      { added: ['a/b/x'] },
    ],
    [
      'a pin is replaced',
      () => renameSync(directory.write('other', ''), directory.file(`root/demo/${slot}`)),
      { replaced: [slot] },
    ],
    ['a directory is removed', () => directory.remove('root/demo/maps'), { gone: [map] }],
    ['all is removed', () => directory.remove('root'), { gone: [link, slot, map] }],
    [
      'the root is moved',
      () => renameSync(directory.file('root'), directory.file('elsewhere')),
      { gone: [link, slot, map] },
    ],
  ])('%s', async (_, act, drift) => {
    settle();

    act();

    await noticed();
    const none = { gone: [], added: [], replaced: [] };
    expect(relative(watch.pause())).toEqual({ ...none, ...drift });
  });

  test('while it is paused, is not told', async () => {
    settle();
    watch.pause();
    directory.remove(`root/demo/${link}`);
    settle();

    directory.remove(`root/demo/${slot}`);
    await noticed();

    expect(relative(watch.pause()).gone).toEqual([slot]);
  });

  test('before it is watched again, is told', () => {
    const pins = [directory.file('root/demo/x')];
    watch.settle({ directory: directory.file('root/demo'), pins, isUnchanged: false });

    expect(told).toHaveLength(1);
    expect(relative(watch.pause())).toEqual({
      gone: ['x'],
      added: [link, slot, map],
      replaced: [],
    });
  });

  test('while a convergence finds nothing to do, is told after it', () => {
    settle();
    expect(relative(watch.pause()).gone).toEqual([]);
    directory.write('root/demo/x', '');

    settle(true);

    expect(told).toHaveLength(1);
    expect(relative(watch.pause()).added).toEqual(['x']);
  });

  test('in what was made since, is told too', async () => {
    settle();
    watch.pause();
    directory.remove('root/demo/maps');
    mkdirSync(directory.file('root/demo/maps'));
    directory.write('root/demo/maps/o/n', '');
    settle();

    directory.remove('root/demo/maps/o/n');
    await noticed();

    expect(relative(watch.pause()).gone).toEqual(['maps/o/n']);
  });
});

test('what is undone at once is no drift', async () => {
  settle();

  renameSync(directory.file(`root/demo/${map}`), directory.file('root/demo/aside'));
  renameSync(directory.file('root/demo/aside'), directory.file(`root/demo/${map}`));
  directory.remove(`root/demo/${link}`);
  await noticed();

  expect(relative(watch.pause())).toEqual({ gone: [link], added: [], replaced: [] });
});

test('nothing is followed before anything settled, and nothing after it was closed', () => {
  expect(watch.pause()).toEqual({ gone: [], added: [], replaced: [] });
  watch.settle();
  watch.close();

  expect(told).toEqual([]);
});
