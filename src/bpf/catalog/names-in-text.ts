import type { KernelText } from './kernel-text.ts';
import type { LineLengths } from './line-names.ts';
import { LineNames } from './line-names.ts';

/** The table that an earlier run made of a text, if it did. */
export function keptNames({ bytes, table }: KernelText): LineNames | undefined {
  return table && LineNames.unpack(bytes, table);
}

/** Makes one, and leaves it for later runs: it takes ten times as long as to read it. */
export function makeNames({ bytes, keepTable }: KernelText, lengths: LineLengths): LineNames {
  const names = LineNames.in(bytes, lengths);
  keepTable?.(names.pack());
  return names;
}
