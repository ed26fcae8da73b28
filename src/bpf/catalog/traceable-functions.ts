import { splitModule } from '../programs/split-module.ts';
import { LineNames } from './line-names.ts';
import type { IsEnough } from './read-unsized.ts';
import { readUnsized } from './read-unsized.ts';

/** Where tracefs is mounted: by itself, or, long ago, in debugfs. Both take root to look into. */
const places = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** A search takes a fraction of a millisecond in 45,000 functions, a table of them three: a handful of names must not pay for it. */
const searchesBeforeTable = 16;

/** More names than these are nearly always as far as the end. */
const mostToStopAt = 8;

/** Reads what there is, up to where it is enough; `undefined` where there is nothing. */
type Read = (isEnough?: IsEnough) => Buffer | undefined;

/**
 * What tracefs tells, in `available_filter_functions`; `undefined` where it is not mounted, or not ours to read. Reads no
 * further than the functions that will be asked for, if those are few: the kernel goes through all that it gave before for each page
 * (`t_start` in kernel/trace/ftrace.c), so that half of it is a quarter of the work.
 */
export function readTraceable(expected: readonly string[]): TraceableFunctions | undefined {
  return traceableFrom(read, expected);
}

/** The same of what can be read otherwise: lines are `NAME`, or `NAME [MODULE]`. Every line ends. */
export function traceableFrom(
  from: Read,
  expected: readonly string[] = [],
): TraceableFunctions | undefined {
  const mayStop = expected.length > 0 && expected.length <= mostToStopAt;
  const bytes = from(mayStop ? untilFound(expected.map(expectedLine)) : undefined);
  return bytes === undefined
    ? undefined
    : new TraceableFunctions(bytes, mayStop ? from : undefined);
}

/** Whether ftrace can patch a function: one that is `notrace`, was only needed to boot, or was built without the call is not there. */
export class TraceableFunctions {
  #bytes: Buffer;
  /** `undefined` once nothing is left to read. */
  #more: Read | undefined;
  #searches = 0;
  #names: LineNames | undefined;

  constructor(bytes: Buffer, more: Read | undefined) {
    this.#bytes = bytes;
    this.#more = more;
  }

  has(name: string, module?: string): boolean {
    const line = lineOf(name, module);
    if (this.#hasLine(line)) return true;
    if (this.#more === undefined) return false;
    const all = this.#more();
    if (all === undefined) return true; // it cannot be read any more: nothing is known
    this.#bytes = all;
    this.#more = undefined;
    return this.#hasLine(line);
  }

  #hasLine(line: string): boolean {
    this.#searches += 1;
    if (this.#more !== undefined || this.#searches <= searchesBeforeTable) {
      return hasLine(this.#bytes, line);
    }
    this.#names ??= new LineNames(this.#bytes, { before: 0, average: 24 });
    return this.#names.has(line);
  }
}

function lineOf(name: string, module: string | undefined): string {
  return module === undefined ? name : `${name} [${module}]`;
}

function expectedLine(name: string): string {
  const [module, ownName] = splitModule(name);
  return lineOf(ownName, module);
}

/** What is read at a time are whole lines; if it were not, a line would be missed here, and all of them read. */
function untilFound(lines: readonly string[]): IsEnough {
  const missing = new Set(lines);
  return (part) => {
    for (const line of missing) if (hasLine(part, line)) missing.delete(line);
    return missing.size === 0;
  };
}

/** The first line has no end of another before it. */
function hasLine(bytes: Buffer, line: string): boolean {
  const whole = `${line}\n`;
  return bytes.includes(`\n${whole}`) || bytes.toString('latin1', 0, whole.length) === whole;
}

/** An empty file tells nothing: ftrace is off in this kernel. */
function read(isEnough?: IsEnough): Buffer | undefined {
  for (const place of places) {
    try {
      const bytes = readUnsized(`${place}/available_filter_functions`, isEnough);
      if (bytes.length > 0) return bytes;
    } catch {
      // not there, or not ours to read
    }
  }
  return undefined;
}
