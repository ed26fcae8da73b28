import { readFileSync } from 'node:fs';
import { modulesWithBtf } from './read-btf.ts';

/** The modules that have BTF. */
export class LoadedModules {
  #live: ReadonlySet<string> = new Set();

  /** Names of those that are ready: while a module is being initialised, nothing can be attached to it. */
  names(): readonly string[] {
    const names = modulesWithBtf().filter((name) => this.#live.has(name) || isLive(name));
    this.#live = new Set(names);
    return names;
  }
}

function isLive(name: string): boolean {
  try {
    return readFileSync(`/sys/module/${name}/initstate`, 'utf8').trim() === 'live';
  } catch {
    return false; // gone by now
  }
}
