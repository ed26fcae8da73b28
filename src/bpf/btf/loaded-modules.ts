import { readFileSync, statSync } from 'node:fs';
import { modulePath, modulesWithBtf } from './read-btf.ts';

/** The modules that have BTF. */
export class LoadedModules {
  #live: ReadonlySet<string> = new Set();

  /** Names of those that are ready: while a module is being initialised, nothing can be attached to it. */
  names(): readonly string[] {
    const names = modulesWithBtf().filter((name) => this.#live.has(name) || isLive(name));
    this.#live = new Set(names);
    return names;
  }

  /** Another text whenever one of them came, went, or was loaded again: its file in sysfs is a new one then. */
  identity(): string {
    return this.names().map(identityOf).join(' ');
  }
}

function isLive(name: string): boolean {
  try {
    return readFileSync(`/sys/module/${name}/initstate`, 'utf8').trim() === 'live';
  } catch {
    return false; // gone by now
  }
}

function identityOf(name: string): string {
  return `${name}:${statSync(modulePath(name), { throwIfNoEntry: false })?.ino ?? 0}`;
}
