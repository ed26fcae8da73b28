import { existsSync, readFileSync } from 'node:fs';
import { currentKeeper, formatAndBoot } from '../keeping.ts';

/** Lines that the kernel wrote, and a table of what is in them, if an earlier run made one. */
export interface KernelText {
  readonly bytes: Buffer;
  readonly table?: Buffer | undefined;
  /** Leaves a table of these very bytes for later runs. */
  readonly keepTable?: (table: Buffer) => void;
}

/** A text comes behind its table, and that behind its length. */
const lengthBytes = 4;

/**
 * What the kernel writes anew for each who reads it, which takes it longer than all else that a small apply asks of it; it stays the same
 * until the machine boots, or modules come or go. What is kept of it may be condensed. `undefined` where it cannot be read.
 */
export function kernelText(
  name: string,
  read: () => Buffer | undefined,
  condense = (text: Buffer): Buffer => text,
): KernelText | undefined {
  const keeper = currentKeeper();
  const state = keeper === undefined ? undefined : kernelState();
  if (keeper === undefined || state === undefined) return alone(read());
  const keep = (bytes: Buffer, table: Buffer): void => {
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32LE(table.length);
    keeper.keep(name, Buffer.concat([Buffer.from(state), length, table, bytes]));
  };
  const kept = textOf(keeper.read(name), state);
  if (kept !== undefined) return { ...kept, keepTable: (table) => keep(kept.bytes, table) };
  const all = read();
  if (all === undefined || kernelState() !== state) return alone(all);
  const bytes = condense(all);
  keep(bytes, Buffer.alloc(0));
  return { bytes, keepTable: (table) => keep(bytes, table) };
}

function alone(bytes: Buffer | undefined): KernelText | undefined {
  return bytes === undefined ? undefined : { bytes };
}

/** What was kept, if it is of this very state. */
function textOf(kept: Buffer | undefined, state: string): KernelText | undefined {
  if (kept?.toString('latin1', 0, state.length) !== state) return undefined;
  const start = state.length + lengthBytes;
  const length = kept.length < start ? Infinity : kept.readUInt32LE(state.length);
  if (start + length > kept.length) return undefined;
  const bytes = kept.subarray(start + length);
  return length === 0 ? { bytes } : { bytes, table: kept.subarray(start, start + length) };
}

/** Of this boot, with the modules in it; `undefined` while one of them comes or goes. */
function kernelState(): string | undefined {
  try {
    const modules = '/proc/modules'; // is not there in a kernel without any
    return stateOf(formatAndBoot(), existsSync(modules) ? readFileSync(modules, 'latin1') : '');
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
  return `${[boot, ...names].join('\n')}\n\n`;
}
