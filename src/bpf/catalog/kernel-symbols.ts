import { readdirSync } from 'node:fs';
import { NameTable } from './name-table.ts';
import { readUnsized } from './read-unsized.ts';

/** One search takes 2.4 ms in 122,000 symbols, a table of them about 15: a handful of names must not pay for it. */
const searchesBeforeTable = 4;

let known: { readonly modules: string; readonly symbols: KernelSymbols } | undefined;

/**
 * The running kernel's, read the first time that they are asked for, and again once other modules are loaded;
 * `undefined` where /proc/kallsyms cannot be read. Names need no privilege, addresses would (kptr_restrict, proc(5)).
 */
export function kernelSymbols(): KernelSymbols | undefined {
  const modules = list('/sys/module').join(' ');
  if (known?.modules !== modules) {
    const bytes = readSymbols();
    known = bytes === undefined ? undefined : { modules, symbols: new KernelSymbols(bytes) };
  }
  return known?.symbols;
}

/**
 * The functions in bytes like those of /proc/kallsyms: lines are `ADDRESS t NAME`; those of modules go on with a tab and
 * `[MODULE]`. Types of code, weak or not, are `t`, `T`, `w` and `W` (nm(1)). Every line ends.
 */
export class KernelSymbols {
  readonly #bytes: Buffer;
  #searches = 0;
  #table: NameTable | undefined;
  #variants: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How many functions of the kernel itself, or of a module, have exactly that name. */
  count(name: string, module?: string): number {
    const ending = lineEnd(name, module);
    this.#searches += 1;
    if (this.#searches > searchesBeforeTable) this.#table ??= tableOf(this.#bytes);
    return this.#table?.count(ending) ?? search(this.#bytes, ending);
  }

  /** What the compiler made in its place, or beside it: `NAME.constprop.0`, `NAME.isra.0`, `NAME.part.0`, `NAME.cold`. */
  variants(name: string, module?: string): readonly string[] {
    this.#variants ??= variantsOf(this.#bytes);
    return this.#variants.get(lineEnd(name, module)) ?? [];
  }
}

function lineEnd(name: string, module: string | undefined): string {
  return module === undefined ? name : `${name}\t[${module}]`;
}

const [newline, space, dot] = [0x0a, 0x20, 0x2e];

function search(bytes: Buffer, ending: string): number {
  const line = ` ${ending}\n`;
  let count = 0;
  for (let at = bytes.indexOf(line); at !== -1; at = bytes.indexOf(line, at + 1)) {
    if (isCode(bytes[at - 1])) count += 1;
  }
  return count;
}

function tableOf(bytes: Buffer): NameTable {
  const shortestLine = 20;
  const table = new NameTable(bytes, Math.ceil(bytes.length / shortestLine));
  eachFunction(bytes, (start, end) => table.add(start, end));
  return table;
}

/** By the name before the first dot, with the module behind it as in a line. */
function variantsOf(bytes: Buffer): ReadonlyMap<string, readonly string[]> {
  const variants = new Map<string, string[]>();
  eachFunction(bytes, (start, end) => {
    const firstDot = dotIn(bytes, start, end);
    if (firstDot <= start) return;
    const [name = '', module] = bytes.toString('latin1', start, end).split('\t');
    const base = name.slice(0, firstDot - start) + (module === undefined ? '' : `\t${module}`);
    const others = variants.get(base);
    if (others === undefined) variants.set(base, [name]);
    else if (!others.includes(name)) others.push(name);
  });
  return variants;
}

/** Where the first dot is; -1 where there is none. A view of the bytes to search in would be made for each name. */
function dotIn(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (bytes[at] === dot) return at;
  return -1;
}

/** From where to where each function's name, and its module's, are. Ends are searched for by Node: that halves the time. */
function eachFunction(bytes: Buffer, found: (start: number, end: number) => void): void {
  const width = bytes.indexOf(space); // of an address: the same in all lines
  for (let at = 0; at < bytes.length;) {
    const start = at + width + 3;
    const end = bytes.indexOf(newline, start);
    if (isCode(bytes[start - 2])) found(start, end);
    at = end + 1;
  }
}

/** `T` or `W`, in either case. */
function isCode(type: number | undefined): boolean {
  return type !== undefined && ((type | 0x20) === 0x74 || (type | 0x20) === 0x77);
}

function readSymbols(): Buffer | undefined {
  try {
    const bytes = readUnsized('/proc/kallsyms');
    return bytes.length === 0 ? undefined : bytes;
  } catch {
    return undefined; // nothing can be told apart then
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
