import type { Diagnostic } from '../base/diagnostic.ts';
import { ExitStatus, InvalidError } from '../base/errors.ts';
import type { Ports } from '../converge.ts';
import { requirePinsElsewhere } from '../manifest/check-pins.ts';
import { loadManifest } from '../manifest/load-manifest.ts';
import { loadObjects } from '../manifest/load-objects.ts';
import type { PinPath } from '../state/ids.ts';
import type { Context } from './context.ts';
import { renderDiagnostics } from './output/diagnostics.ts';
import { toJson } from './output/json.ts';

interface Verdict {
  readonly manifest: string;
  readonly valid: boolean;
  readonly objects: number;
  readonly programs: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** `fentryctl validate`: every manifest is checked, whatever is wrong with the one before. */
export function validate({ operands, options, ports, out, log, style }: Context): ExitStatus {
  const verdicts = operands.map((file) => check(file, options.root, ports));
  const diagnostics = verdicts.flatMap((verdict) => verdict.diagnostics);
  log(renderDiagnostics(diagnostics, { ...style, verbose: options.verbose }));
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

function check(manifest: string, root: PinPath, ports: Ports): Verdict {
  try {
    const loaded = loadManifest(manifest);
    const objects = loadObjects(loaded, ports);
    requirePinsElsewhere(loaded, root);
    const programs = objects.reduce((sum, { entry }) => sum + entry.programs.length, 0);
    return { manifest, valid: true, objects: objects.length, programs, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    return { manifest, valid: false, objects: 0, programs: 0, diagnostics: error.diagnostics };
  }
}

function lineOf({ manifest, objects, programs }: Verdict): string {
  return `${manifest}: valid (${count(objects, 'object')}, ${count(programs, 'program')})\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
