import { readFileSync } from 'node:fs';
import type { TextKeeper } from '../state/text-keeper.ts';

let keeper: TextKeeper | undefined;

/** From now on, what the kernel tells is kept so. Only the command asks for that: a library writes no files. */
export function keepTexts(by: TextKeeper | undefined): void {
  keeper = by;
}

export function textKeeper(): TextKeeper | undefined {
  return keeper;
}

/** Which start of the machine this is. Throws where /proc does not tell. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}
