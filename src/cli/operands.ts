import path from 'node:path';
import { manifestsIn } from '../manifest/manifest-folder.ts';
import { warningText } from './output/sign.ts';

/** What a command is to do, operand by operand. */
export interface Operands {
  /** Files, those of folders included, or whatever else was named; each once, in a stable order. */
  readonly each: readonly string[];
  /** Whether there may be several: the answer is a list then, even of one. */
  readonly areSeveral: boolean;
  /** For the log: folders without a manifest. */
  readonly warning: string;
}

/** Puts the manifests of folders in their place; `isFile` tells what may be a file or folder, and is no name. */
export function expandOperands(
  operands: readonly string[],
  isFile: (operand: string) => boolean = () => true,
): Operands {
  const found = operands.map((operand) => ({
    operand,
    inFolder: isFile(operand) ? manifestsIn(operand) : undefined,
  }));
  const each = new Map<string, string>();
  for (const { operand, inFolder = [operand] } of found) {
    for (const one of inFolder) {
      const key = isFile(one) ? path.resolve(one) : one;
      if (!each.has(key)) each.set(key, one);
    }
  }
  const empty = found.filter(({ inFolder }) => inFolder?.length === 0);
  return {
    each: [...each.values()],
    areSeveral: operands.length > 1 || found.some(({ inFolder }) => inFolder !== undefined),
    warning: empty.map(({ operand }) => emptyText(operand)).join(''),
  };
}

function emptyText(folder: string): string {
  return warningText(
    `no manifest in "${folder}"`,
    'the manifests of a folder are right in it, and called *.yaml or *.yml',
  );
}
