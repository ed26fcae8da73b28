import { readFileSync } from 'node:fs';

/** Where tracefs is mounted: by itself, or, long ago, in debugfs. Both take root to look into. */
const places = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** Whether ftrace can patch a function: one that is `notrace`, was only needed to boot, or was built without the call is not there. */
export interface TraceableFunctions {
  has(name: string, module?: string): boolean;
}

/** What tracefs tells, in `available_filter_functions`; `undefined` where it is not mounted, or not ours to read. */
export function readTraceable(): TraceableFunctions | undefined {
  const text = read();
  return text === undefined ? undefined : traceableIn(text);
}

/** Functions in such a text: lines are `NAME`, or `NAME [MODULE]`. */
export function traceableIn(text: string): TraceableFunctions {
  const names = new Set(text.split('\n'));
  return {
    has: (name, module) => names.has(module === undefined ? name : `${name} [${module}]`),
  };
}

/** An empty file tells nothing: ftrace is off in this kernel. */
function read(): string | undefined {
  for (const place of places) {
    try {
      const text = readFileSync(`${place}/available_filter_functions`, 'latin1');
      if (text !== '') return text;
    } catch {
      // not there, or not ours to read
    }
  }
  return undefined;
}
