import path from 'node:path';
import { nowhere } from '../base/diagnostic.ts';
import { ExitStatus, InvalidError } from '../base/errors.ts';
import { objectReader } from '../manifest/read-object.ts';
import type { Context } from './context.ts';
import { toJson } from './output/json.ts';
import { renderObject } from './output/object.ts';

/** `fentryctl inspect`: what an object file holds. */
export function inspect({
  operands: [file = ''],
  options,
  ports,
  out,
  style,
}: Context): ExitStatus {
  const found = objectReader(ports.inspect)(path.resolve(file));
  if ('problem' in found) {
    const message = `cannot inspect "${file}"`;
    throw new InvalidError(message, [{ file, ...nowhere, ...found.problem }]);
  }
  const { image, info } = found;
  const maps = info.maps.map((map) => ({ ...map, shape: undefined }));
  out(
    options.json
      ? toJson({ file, digest: image.digest, ...info, maps })
      : renderObject(file, info, style),
  );
  return ExitStatus.done;
}
