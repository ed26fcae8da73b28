import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { nowhere } from '../base/diagnostic.ts';
import { ExitStatus, InvalidError } from '../base/errors.ts';
import type { Ports } from '../converge.ts';
import { requirePinsElsewhere } from '../manifest/check-pins.ts';
import { loadManifest } from '../manifest/load-manifest.ts';
import { loadObjects } from '../manifest/load-objects.ts';
import type { PinPath } from '../state/ids.ts';
import type { Context } from './context.ts';
import { clashCode, nameClash } from './name-clash.ts';
import { expandOperands } from './operands.ts';
import { renderDiagnostics } from './output/diagnostics.ts';
import { toJson } from './output/json.ts';

interface Verdict {
  readonly manifest: string;
  readonly valid: boolean;
  readonly objects: number;
  readonly programs: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** `fentryctl validate`: every manifest is checked, whatever is wrong with the one before; those of a folder have names of their own. */
export function validate({ operands, options, ports, out, log, style }: Context): ExitStatus {
  const { each, warning } = expandOperands(operands);
  log(warning);
  const checked = each.map((file) => check(file, options.root, ports));
  const verdicts = checked.map(({ name, ...verdict }) => withClash(verdict, name, checked));
  const diagnostics = verdicts.flatMap((verdict) => verdict.diagnostics);
  log(renderDiagnostics(toldOnce(diagnostics), { ...style, verbose: options.verbose }));
  out(
    options.json
      ? toJson({ manifests: verdicts })
      : verdicts
          .filter(({ valid }) => valid)
          .map(lineOf)
          .join(''),
  );
  return diagnostics.length === 0 ? ExitStatus.done : ExitStatus.invalid;
}

/** A clash of names is of each of the files, and names all of them. */
function toldOnce(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const clashes = new Set<string>();
  return diagnostics.filter(({ code, message }) => {
    const isTold = code === clashCode && clashes.has(message);
    if (code === clashCode) clashes.add(message);
    return !isTold;
  });
}

interface Checked extends Verdict {
  readonly name: string | undefined;
}

/** Manifests of other folders may be for other machines. */
function withClash(verdict: Verdict, name: string | undefined, all: readonly Checked[]): Verdict {
  const folder = path.resolve(path.dirname(verdict.manifest));
  const rivals = all.filter((one) => {
    const isNeighbour = path.resolve(path.dirname(one.manifest)) === folder;
    return name !== undefined && one.name === name && isNeighbour;
  });
  if (rivals.length < 2) return verdict;
  const { message, hint } = nameClash(
    name ?? '',
    rivals.map(({ manifest }) => manifest),
  );
  const clash = { file: verdict.manifest, ...nowhere, code: clashCode, message, hint };
  return { ...verdict, valid: false, diagnostics: [clash] };
}

function check(manifest: string, root: PinPath, ports: Ports): Checked {
  try {
    const loaded = loadManifest(manifest);
    const objects = loadObjects(loaded, ports);
    requirePinsElsewhere(loaded, root);
    const programs = objects.reduce((sum, { entry }) => sum + entry.programs.length, 0);
    const { name } = loaded.manifest;
    return { manifest, name, valid: true, objects: objects.length, programs, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    const { diagnostics } = error;
    return { manifest, name: undefined, valid: false, objects: 0, programs: 0, diagnostics };
  }
}

function lineOf({ manifest, objects, programs }: Verdict): string {
  return `${manifest}: valid (${count(objects, 'object')}, ${count(programs, 'program')})\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
