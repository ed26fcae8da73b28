import { readFileSync } from 'node:fs';
import type { TextKeeper } from '../state/text-keeper.ts';

/** Of all that is kept. One that is laid out otherwise, or hashed otherwise, has another number: `test/unit/bpf/keeping.test.ts` tells. */
const format = 3;

let keeper: TextKeeper | undefined;

/** From now on, what the kernel tells is kept so. Only the command asks for that: a library writes no files. */
export function keepTexts(by: TextKeeper | undefined): void {
  keeper = by;
}

/** What `keepTexts` was given last. */
export function currentKeeper(): TextKeeper | undefined {
  return keeper;
}

/** What all that is kept begins with: its format, and which start of the machine it is of. Throws where /proc does not tell. */
export function formatAndBoot(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
  return `${format} ${boot.trim()}`;
}
