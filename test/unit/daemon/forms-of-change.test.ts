import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FilePoll } from '../../../src/daemon/poll-files.ts';
import { FileWatch } from '../../../src/daemon/watch-files.ts';
import { Directory } from './directory.ts';
import { forms } from './forms.ts';

let directory: Directory;
let changes: string[];
let wake: () => void;

beforeEach(() => {
  directory = new Directory();
  changes = [];
  wake = () => {};
});
afterEach(() => directory.remove());

function onChange(file: string): void {
  changes.push(file);
  wake();
}

function onProblem(_: string, error: Error): void {
  throw error;
}

/** Waits as long as a test may. */
async function noticed(file: string): Promise<void> {
  while (!changes.includes(file)) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const ways = [
  { way: 'as inotify tells it', start: () => new FileWatch({ onChange, onProblem }) },
  { way: 'by looking', start: () => new FilePoll({ onChange, pauseMs: 5 }) },
];

describe.each(ways)('$way', ({ start }) => {
  test.each(forms)('$what, and what comes after it', async ({ before, file: name, change }) => {
    before(directory);
    const file = directory.file(name);
    const watch = start();
    try {
      await watch.follow([file]);

      change(directory);

      await noticed(file);
      // News of the change may still come; but not as often as this.
      for (let round = 0; round < 10; round += 1) {
        await watch.follow([file]);
        changes = [];
        edit(file, round);
        await noticed(file);
      }
      expect(changes).toContain(file);
    } finally {
      await watch.close();
    }
  });
});

function edit(file: string, round: number): void {
  rmSync(file, { recursive: true, force: true });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${round}`);
}
