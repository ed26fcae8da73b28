import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Unit } from './units.ts';

/** Where packages put units (systemd.unit(5)), the first that has one being the one that counts; those in /etc stand before both. */
const vendorDirectories = ['/usr/local/lib/systemd/system', '/usr/lib/systemd/system'];

/** The file of a unit that a package brought; `undefined` where none did. */
export function packagedUnit(name: string, directories = vendorDirectories): string | undefined {
  return directories.map((one) => path.join(one, name)).find((file) => existsSync(file));
}

/** Whether a package brought a unit that runs what this one runs: this program, with the same manifest. */
export function isPackaged({ name, text }: Unit, directories = vendorDirectories): boolean {
  const file = packagedUnit(name, directories);
  return file !== undefined && startOf(readFileSync(file, 'utf8')) === startOf(text);
}

/** What it starts, but for which Node does: a package names its own, and that may be a symlink. */
function startOf(text: string): string | undefined {
  return /^ExecStart=\S+ (.*)$/m.exec(text)?.[1];
}
