import type { KernelText } from './kernel-text.ts';
import { kernelText } from './kernel-text.ts';
import type { LineNames } from './line-names.ts';
import { namesInText } from './names-in-text.ts';
import { readUnsized } from './read-unsized.ts';

/** Where tracefs is mounted: by itself, or, long ago, in debugfs. Both take root to look into. */
const places = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** A search takes a fraction of a millisecond in 45,000 functions, a table of them three: a handful of names must not pay for it. */
const searchesBeforeTable = 16;

/** What tracefs tells, in `available_filter_functions`; `undefined` where it is not mounted, or not ours to read. */
export function readTraceable(): TraceableFunctions | undefined {
  const text = kernelText('traceable', read);
  return text === undefined ? undefined : new TraceableFunctions(text);
}

/**
 * Whether ftrace can patch a function: one that is `notrace`, was only needed to boot, or was built without the call is not
 * in these lines, `NAME` or `NAME [MODULE]`. Every line ends.
 */
export class TraceableFunctions {
  readonly #text: KernelText;
  #searches = 0;
  #names: LineNames | undefined;

  constructor(text: KernelText) {
    this.#text = text;
  }

  has(name: string, module?: string): boolean {
    const line = module === undefined ? name : `${name} [${module}]`;
    this.#searches += 1;
    if (this.#names === undefined) {
      if (this.#searches <= searchesBeforeTable) return hasLine(this.#text.bytes, line);
      this.#names = namesInText(this.#text, { before: 0, average: 24 });
    }
    return this.#names.has(line);
  }
}

/** The first line has no end of another before it. */
function hasLine(bytes: Buffer, line: string): boolean {
  const whole = `${line}\n`;
  return bytes.includes(`\n${whole}`) || bytes.toString('latin1', 0, whole.length) === whole;
}

/** An empty file tells nothing: ftrace is off in this kernel. */
function read(): Buffer | undefined {
  for (const place of places) {
    try {
      const bytes = readUnsized(`${place}/available_filter_functions`);
      if (bytes.length > 0) return bytes;
    } catch {
      // not there, or not ours to read
    }
  }
  return undefined;
}
