import { readdirSync, readFileSync } from 'node:fs';

/** One search takes 2.4 ms in 122,000 symbols, an index 45 ms: a handful of names must not pay for it. */
const searchesBeforeIndex = 16;

let known: { readonly modules: string; readonly symbols: KernelSymbols } | undefined;

/**
 * The running kernel's, read the first time that they are asked for, and again once other modules are loaded;
 * `undefined` where /proc/kallsyms cannot be read. Names need no privilege, addresses would (kptr_restrict, proc(5)).
 */
export function kernelSymbols(): KernelSymbols | undefined {
  const modules = list('/sys/module').join(' ');
  if (known?.modules !== modules) {
    const text = readSymbols();
    known = text === '' ? undefined : { modules, symbols: new KernelSymbols(text) };
  }
  return known?.symbols;
}

/** The functions in a text like /proc/kallsyms: lines are `ADDRESS t NAME`; those of modules go on with a tab and `[MODULE]`. */
export class KernelSymbols {
  readonly #text: string;
  #searches = 0;
  #index: Index | undefined;

  constructor(text: string) {
    this.#text = text.endsWith('\n') ? text : `${text}\n`;
  }

  /** How many functions of the kernel itself, or of a module, have exactly that name. */
  count(name: string, module?: string): number {
    const index = this.#indexIfWorthIt();
    if (index !== undefined) return index.counts.get(lineEnd(name, module)) ?? 0;
    return search(this.#text, `${lineEnd(name, module)}\n`).length;
  }

  /** What the compiler made in its place, or beside it: `NAME.constprop.0`, `NAME.isra.0`, `NAME.part.0`, `NAME.cold`. */
  variants(name: string, module?: string): readonly string[] {
    const index = this.#indexIfWorthIt();
    const found =
      index === undefined ? search(this.#text, `${name}.`) : (index.variants.get(name) ?? []);
    const end = lineEnd('', module);
    const names = found.filter((line) => line === lineEnd(line.split('\t', 1)[0] ?? '', module));
    return [...new Set(names.map((line) => line.slice(0, line.length - end.length)))];
  }

  #indexIfWorthIt(): Index | undefined {
    this.#searches += 1;
    if (this.#searches > searchesBeforeIndex) this.#index ??= indexOf(this.#text);
    return this.#index;
  }
}

interface Index {
  /** By name, with the module as in the text. */
  readonly counts: ReadonlyMap<string, number>;
  /** By the name before the first dot. */
  readonly variants: ReadonlyMap<string, readonly string[]>;
}

function lineEnd(name: string, module: string | undefined): string {
  return module === undefined ? name : `${name}\t[${module}]`;
}

/** From a name's start to the line's end, of all functions that start so. */
function search(text: string, start: string): readonly string[] {
  const found: string[] = [];
  for (let at = text.indexOf(` ${start}`); at !== -1; at = text.indexOf(` ${start}`, at + 1)) {
    if (isFunction(text, at - 1)) found.push(text.slice(at + 1, text.indexOf('\n', at)));
  }
  return found;
}

/** A plain loop: it goes through 170,000 lines before its code is compiled. */
function indexOf(text: string): Index {
  const counts = new Map<string, number>();
  const variants = new Map<string, string[]>();
  for (let at = 0; at < text.length;) {
    const type = text.indexOf(' ', at) + 1;
    const end = text.indexOf('\n', type);
    const name = text.slice(type + 2, end);
    at = end + 1;
    if (!isFunction(text, type)) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const dot = name.indexOf('.');
    if (dot <= 0) continue;
    const base = name.slice(0, dot);
    variants.set(base, [...(variants.get(base) ?? []), name]);
  }
  return { counts, variants };
}

/** Types of what is code, weak or not: `t`, `T`, `w`, `W` (nm(1)). */
function isFunction(text: string, at: number): boolean {
  return 'tTwW'.includes(text.charAt(at)) && text.charAt(at + 1) === ' ';
}

function readSymbols(): string {
  try {
    return readFileSync('/proc/kallsyms', 'latin1');
  } catch {
    return ''; // as if there were none: nothing can be told apart then
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
