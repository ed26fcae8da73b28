import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { nowhere } from '../base/diagnostic.ts';
import { ExitStatus, InvalidError } from '../base/errors.ts';
import { objectReader } from '../manifest/read-object.ts';
import type { Context } from './context.ts';
import type { DescribedObject } from './output/manifest.ts';
import { manifestFacts, renderManifest } from './output/manifest.ts';
import { toJson } from './output/json.ts';

/** `fentryctl init`: a manifest for object files, to be edited; it goes to stdout, so that nothing is written over. */
export function init({ operands, options, ports, out }: Context): ExitStatus {
  const read = objectReader(ports.inspect);
  const results = operands.map((file) => ({ file, found: read(path.resolve(file)) }));
  const diagnostics = results.flatMap(({ file, found }): Diagnostic[] =>
    'problem' in found ? [{ file, ...nowhere, ...found.problem }] : [],
  );
  if (diagnostics.length > 0) throw new InvalidError('no manifest was written', diagnostics);
  const objects = results.flatMap(({ file, found }): DescribedObject[] =>
    'problem' in found ? [] : [{ file, info: found.info }],
  );
  out(options.json ? toJson(manifestFacts(objects)) : renderManifest(objects));
  return ExitStatus.done;
}
