import { newline } from './line-ends.ts';
import { isCode } from './symbol-type.ts';

/** One search takes 2 ms in 122,000 symbols, a list of all variants ten times that. */
const searchesBeforeList = 8;

/**
 * What the compiler made of functions, in their place or beside them: `NAME.constprop.0`, `NAME.isra.0`, `NAME.part.0`, `NAME.cold`. In
 * bytes like those of /proc/kallsyms, in their order, each once.
 */
export class SymbolVariants {
  readonly #bytes: Buffer;
  #searches = 0;
  #all: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Of the function whose line would end so: its name, and that of its module behind a tab. */
  of(ending: string): readonly string[] {
    this.#searches += 1;
    if (this.#all === undefined) {
      if (this.#searches <= searchesBeforeList) return search(this.#bytes, ending);
      this.#all = list(this.#bytes);
    }
    return this.#all.get(ending) ?? [];
  }
}

function search(bytes: Buffer, ending: string): readonly string[] {
  const [name = ''] = ending.split('\t');
  const found = new Map<string, string[]>();
  const start = ` ${name}.`;
  for (let at = bytes.indexOf(start); at !== -1; at = bytes.indexOf(start, at + 1)) {
    add(found, bytes, at + 1);
  }
  return found.get(ending) ?? [];
}

/** Of all functions, by what their lines would end in. */
function list(bytes: Buffer): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (let dot = bytes.indexOf('.'); dot !== -1;) {
    add(found, bytes, bytes.lastIndexOf(' ', dot) + 1);
    dot = bytes.indexOf('.', bytes.indexOf(newline, dot));
  }
  return found;
}

/** A name that starts with a dot is no variant of anything. */
function add(found: Map<string, string[]>, bytes: Buffer, start: number): void {
  if (!isCode(bytes[start - 2])) return;
  const line = bytes.toString('latin1', start, bytes.indexOf(newline, start));
  const [variant = '', module] = line.split('\t');
  const name = variant.slice(0, variant.indexOf('.'));
  if (name === '') return;
  const ending = module === undefined ? name : `${name}\t${module}`;
  const others = found.get(ending) ?? [];
  if (!others.includes(variant)) found.set(ending, [...others, variant]);
}
