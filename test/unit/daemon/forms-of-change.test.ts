import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileWatch } from '../../../src/daemon/watch-files.ts';
import { Directory } from './directory.ts';
import { forms } from './forms.ts';

let directory: Directory;
let watch: FileWatch;
let changes: string[];
let wake: () => void;

beforeEach(() => {
  directory = new Directory();
  changes = [];
  wake = () => {};
  watch = new FileWatch({
    onChange: (file) => {
      changes.push(file);
      wake();
    },
    onProblem: (_, error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await watch.close();
  directory.remove();
});

/** Waits as long as a test may. */
async function noticed(file: string): Promise<void> {
  while (!changes.includes(file)) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

describe.each(forms)('$what', ({ before, file: name, change }) => {
  test('is noticed, and so is what comes after it', async () => {
    before(directory);
    const file = directory.file(name);
    await watch.follow([file]);

    change(directory);

    await expect(noticed(file)).resolves.toBeUndefined();
    // News of the change may still come; but not as often as this.
    for (let round = 0; round < 10; round += 1) {
      await watch.follow([file]);
      changes = [];
      edit(file, round);
      await noticed(file);
    }
    expect(changes).toContain(file);
  });
});

function edit(file: string, round: number): void {
  rmSync(file, { recursive: true, force: true });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${round}`);
}
