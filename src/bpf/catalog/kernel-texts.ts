import { existsSync, readFileSync } from 'node:fs';
import type { TextKeeper } from '../../state/text-keeper.ts';

let keeper: TextKeeper | undefined;

/** From now on, what the kernel tells is kept so. Only the command asks for that: a library writes no files. */
export function keepTexts(by: TextKeeper | undefined): void {
  keeper = by;
}

/**
 * What the kernel writes anew for each who reads it, which takes it longer than all else that a small apply asks of it; it stays the same
 * until the machine boots, or modules come or go. What is kept of it may be condensed. `undefined` where it cannot be read.
 */
export function kernelText(
  name: string,
  read: () => Buffer | undefined,
  condense = (text: Buffer): Buffer => text,
): Buffer | undefined {
  const state = keeper === undefined ? undefined : kernelState();
  if (keeper === undefined || state === undefined) return read();
  const kept = textOf(keeper.read(name), state);
  if (kept !== undefined) return kept;
  const all = read();
  if (all === undefined || kernelState() !== state) return all;
  const text = condense(all);
  keeper.keep(name, Buffer.concat([Buffer.from(state), text]));
  return text;
}

/** What was kept, if it is of this very state. */
function textOf(kept: Buffer | undefined, state: string): Buffer | undefined {
  if (kept?.toString('latin1', 0, state.length) !== state) return undefined;
  return kept.subarray(state.length);
}

/** This boot, and the modules in it; `undefined` while one of them comes or goes. */
function kernelState(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
    const modules = '/proc/modules'; // is not there in a kernel without any
    return stateOf(boot, existsSync(modules) ? readFileSync(modules, 'latin1') : '');
  } catch {
    return undefined; // nothing is kept then
  }
}

/** Lines of modules are `NAME SIZE USERS USED-BY STATE ADDRESS` (proc(5)): who uses them changes nothing. Ends with an empty line. */
export function stateOf(boot: string, modules: string): string | undefined {
  const lines = modules.split('\n').filter((line) => line !== '');
  const fields = lines.map((line) => line.split(' '));
  if (fields.some((field) => field[4] !== 'Live')) return undefined;
  const names = fields.map(([name, size, , , , address]) => `${name} ${size} ${address}`);
  return `${[boot.trim(), ...names].join('\n')}\n\n`;
}
