import { readdirSync } from 'node:fs';
import type { KernelText } from './kernel-text.ts';
import { kernelState, kernelText } from './kernel-text.ts';
import { LineEnds } from './line-ends.ts';
import type { LineNames } from './line-names.ts';
import { namesInText } from './names-in-text.ts';
import { readUnsized } from './read-unsized.ts';
import { isCode } from './symbol-type.ts';
import { SymbolVariants } from './symbol-variants.ts';

/** One search takes 2 ms in 122,000 symbols, a table of them about 9, and more until it is compiled: a handful of names must not pay for it. */
const searchesBeforeTable = 8;

let known: { readonly state: string; readonly symbols: KernelSymbols } | undefined;

/**
 * The running kernel's, read the first time that they are asked for, and again once other modules are loaded;
 * `undefined` where /proc/kallsyms cannot be read. Names need no privilege, addresses would (kptr_restrict, proc(5)).
 *
 * All of it is read, also for one name: that there is a single function of that name follows from nothing less. BTF has one
 * for several static functions that are declared alike, tracefs leaves out those that it cannot patch, and the kernel attaches to
 * the first without a word.
 */
export function kernelSymbols(): KernelSymbols | undefined {
  const state = kernelState() ?? list('/sys/module').join(' ');
  if (known?.state !== state) {
    const text = kernelText('symbols', readSymbols, functionsIn);
    known = text === undefined ? undefined : { state, symbols: new KernelSymbols(text) };
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
  readonly #text: KernelText;
  #names: LineNames | undefined;
  readonly #variants: SymbolVariants;

  constructor(text: KernelText) {
    this.#bytes = text.bytes;
    this.#text = text;
    this.#variants = new SymbolVariants(text.bytes);
  }

  /** That so many names will be asked for: if they are many, none of them is searched for. */
  expect(names: number): void {
    if (names > searchesBeforeTable) this.#names ??= namesIn(this.#text);
  }

  /** How many functions of the kernel itself, or of a module, have exactly that name. */
  count(name: string, module?: string): number {
    const ending = lineEnd(name, module);
    this.#searches += 1;
    if (this.#names === undefined) {
      if (this.#searches <= searchesBeforeTable) return search(this.#bytes, ending);
      this.#names = namesIn(this.#text);
    }
    let count = 0;
    this.#names.each(ending, (start) => {
      if (isCode(this.#bytes[start - 2])) count += 1;
    });
    return count;
  }

  /** What the compiler made in its place, or beside it: `NAME.constprop.0`, `NAME.isra.0`, `NAME.part.0`, `NAME.cold`. */
  variants(name: string, module?: string): readonly string[] {
    return this.#variants.of(lineEnd(name, module));
  }
}

function lineEnd(name: string, module: string | undefined): string {
  return module === undefined ? name : `${name}\t[${module}]`;
}

function search(bytes: Buffer, ending: string): number {
  const line = ` ${ending}\n`;
  let count = 0;
  for (let at = bytes.indexOf(line); at !== -1; at = bytes.indexOf(line, at + 1)) {
    if (isCode(bytes[at - 1])) count += 1;
  }
  return count;
}

function namesIn(text: KernelText): LineNames {
  return namesInText(text, { before: lengthBeforeName(text.bytes), average: 44 });
}

/** An address has the same width in all lines. */
function lengthBeforeName(bytes: Buffer): number {
  return bytes.indexOf(' ') + 3;
}

/** Lines of functions alone, and of each address the last digit: a quarter of the whole. */
export function functionsIn(bytes: Buffer): Buffer {
  const before = lengthBeforeName(bytes);
  const ends = new LineEnds(bytes);
  const kept = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let start = before; start < bytes.length;) {
    const next = ends.from(start) + 1;
    if (isCode(bytes[start - 2])) length += bytes.copy(kept, length, start - 4, next);
    start = next + before;
  }
  return kept.subarray(0, length);
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
