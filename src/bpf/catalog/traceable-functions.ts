import { NameTable } from './name-table.ts';
import { readUnsized } from './read-unsized.ts';

/** Where tracefs is mounted: by itself, or, long ago, in debugfs. Both take root to look into. */
const places = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** Whether ftrace can patch a function: one that is `notrace`, was only needed to boot, or was built without the call is not there. */
export interface TraceableFunctions {
  has(name: string, module?: string): boolean;
}

/** What tracefs tells, in `available_filter_functions`; `undefined` where it is not mounted, or not ours to read. */
export function readTraceable(): TraceableFunctions | undefined {
  const bytes = read();
  return bytes === undefined ? undefined : traceableIn(bytes);
}

/** One search takes less than a millisecond in 45,000 functions, a table of them ten: a handful of names must not pay for it. */
const searchesBeforeTable = 16;

/** Functions in such bytes: lines are `NAME`, or `NAME [MODULE]`. Every line ends. */
export function traceableIn(bytes: Buffer): TraceableFunctions {
  let searches = 0;
  let table: NameTable | undefined;
  return {
    has: (name, module) => {
      const line = module === undefined ? name : `${name} [${module}]`;
      searches += 1;
      if (searches <= searchesBeforeTable) return hasLine(bytes, line);
      table ??= tableOf(bytes);
      return table.count(line) > 0;
    },
  };
}

/** The first line has no end of another before it. */
function hasLine(bytes: Buffer, line: string): boolean {
  const whole = `${line}\n`;
  return bytes.includes(`\n${whole}`) || bytes.toString('latin1', 0, whole.length) === whole;
}

function tableOf(bytes: Buffer): NameTable {
  const shortestLine = 4;
  const table = new NameTable(bytes, Math.ceil(bytes.length / shortestLine));
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    table.add(at, end);
    at = end + 1;
  }
  return table;
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
