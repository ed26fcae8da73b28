import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect } from 'vitest';

/** Every test of the file must close what it opens: open fds are counted before and after each. */
export function useFdCount(): void {
  let before = 0;
  beforeEach(() => {
    before = openFds();
  });
  afterEach(() => {
    expect(openFds(), 'open fds').toBe(before);
  });
}

function openFds(): number {
  return readdirSync('/proc/self/fd').length;
}
