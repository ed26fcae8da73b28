import type { Context } from '../../../src/cli/context.ts';
import { parseCommandLine } from '../../../src/cli/options.ts';

/** What a command that has no use for a kernel is given for a command line, and what it then prints. */
export function contextOf(...args: readonly string[]) {
  const parsed = parseCommandLine(args);
  if (parsed.kind !== 'command') throw new Error('not a command');
  let [out, log] = ['', ''];
  const context: Context = {
    operands: parsed.operands,
    options: parsed.options,
    ports: {} as Context['ports'], // never looked at
    out: (text) => (out += text),
    log: (text) => (log += text),
    style: { colour: false },
    width: undefined,
    ask: undefined,
  };
  return { context, printed: () => ({ out, log }) };
}
