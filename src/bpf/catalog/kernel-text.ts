import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { TextKeeper } from '../../state/text-keeper.ts';
import { currentKeeper, formatAndBoot } from '../keeping.ts';

/** Lines that the kernel wrote. */
export interface KernelText {
  readonly bytes: Buffer;
  /** The table of these very bytes that an earlier run left; `undefined`: none did. */
  readonly readTable?: () => Buffer | undefined;
  /** Leaves one for later runs. */
  readonly keepTable?: (table: Buffer) => void;
}

/** A UUID as text. What is kept has one, and its table the same: it is of no others. */
const idBytes = 36;

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
  const kept = behind(Buffer.from(state), keeper.read(name));
  if (kept !== undefined) return withTable(keeper, name, kept);
  const all = read();
  if (all === undefined || kernelState() !== state) return alone(all);
  const made = Buffer.concat([Buffer.from(randomUUID()), condense(all)]);
  keeper.keep(name, Buffer.concat([Buffer.from(state), made]));
  return withTable(keeper, name, made);
}

function alone(bytes: Buffer | undefined): KernelText | undefined {
  return bytes === undefined ? undefined : { bytes };
}

/** Of a text behind its id. */
function withTable(keeper: TextKeeper, name: string, text: Buffer): KernelText {
  const id = text.subarray(0, idBytes);
  const file = `${name}-table`;
  return {
    bytes: text.subarray(idBytes),
    readTable: () => behind(id, keeper.read(file)),
    keepTable: (table) => keeper.keep(file, Buffer.concat([id, table])),
  };
}

/** What was kept for that: for this very state, or text. */
function behind(start: Buffer, kept: Buffer | undefined): Buffer | undefined {
  if (kept?.subarray(0, start.length).equals(start) !== true) return undefined;
  return kept.subarray(start.length);
}

/** Of this boot, with the modules in it; `undefined` while one of them comes or goes. */
export function kernelState(): string | undefined {
  try {
    const modules = '/proc/modules'; // is not there in a kernel without any
    const lines = existsSync(modules) ? readFileSync(modules, 'latin1') : '';
    return stateOf(formatAndBoot(), lines, (name) => statSync(`/sys/module/${name}`).ino);
  } catch {
    return undefined; // nothing is kept then
  }
}

/**
 * Lines of modules are `NAME SIZE USERS USED-BY STATE ADDRESS` (proc(5)). Who uses one changes nothing. Its size falls when the code that
 * it started with goes. One that is loaded again, and may be another, comes to the same address, but has another directory in sysfs:
 * kernfs gives no number twice before it has given all. Ends with an empty line.
 */
export function stateOf(
  boot: string,
  modules: string,
  directoryOf: (module: string) => number,
): string | undefined {
  const lines = modules.split('\n').filter((line) => line !== '');
  const fields = lines.map((line) => line.split(' '));
  if (fields.some((field) => field[4] !== 'Live')) return undefined;
  const names = fields.map(([name = '', size]) => `${name} ${size} ${directoryOf(name)}`);
  return `${[boot, ...names].join('\n')}\n\n`;
}
