import type { KernelText } from './kernel-text.ts';
import type { LineLengths } from './line-names.ts';
import { LineNames } from './line-names.ts';

/** The names in a text, from the table that an earlier run made, or from one that is left for later runs: to make it takes ten times as long. */
export function namesInText(text: KernelText, lengths: LineLengths): LineNames {
  const table = text.readTable?.();
  if (table !== undefined) return LineNames.unpack(text.bytes, table);
  const names = LineNames.in(text.bytes, lengths);
  text.keepTable?.(names.pack());
  return names;
}
