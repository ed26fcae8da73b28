import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { tracingLinks, until } from './kernel.ts';

// Each file leaves the kernel as it found it: what one leaves is what the next one trips over.
let before: string;
beforeAll(() => {
  before = idsOfLinks();
});
afterAll(async () => {
  await until('no link is left', () => idsOfLinks() === before).catch((error: unknown) => {
    throw new Error(`links ${idsOfLinks()}, before ${before}; ${holders().join('; ')}`, {
      cause: error,
    });
  });
});

function idsOfLinks(): string {
  return tracingLinks()
    .map(({ id }) => id)
    .join(' ');
}

/** Which processes hold links, by fd (proc(5), /proc/pid/fdinfo). */
function holders(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => linksOf(pid));
}

function linksOf(pid: string): readonly string[] {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
      const [, id] =
        /^link_id:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? [];
      return id === undefined ? [] : [`link ${id} is held by ${pid}, ${command.slice(-200)}`];
    });
  } catch {
    return []; // it has ended
  }
}
