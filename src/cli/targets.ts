import { ExitStatus, InvalidError } from '../base/errors.ts';
import type { CatalogFunction, FunctionCatalog } from '../state/function-catalog.ts';
import type { ManifestName } from '../state/ids.ts';
import { chooseFunctions, noFunction } from './choose-functions.ts';
import type { Context } from './context.ts';
import { toJson } from './output/json.ts';
import type { TargetList, TargetRow, Unseen } from './output/targets.ts';
import { renderTargets, targetFacts, unseenText } from './output/targets.ts';
import { pinnedTargets } from './pinned-targets.ts';

/** `fentryctl targets`: functions of this kernel, whether programs can be attached to them, and what is by now. Changes nothing. */
export function targets(context: Context): ExitStatus {
  const { operands, options, ports, out, log, style, width } = context;
  const catalog = ports.functions();
  const functions = choose(operands, catalog, log);
  const found = survey(context, catalog, functions);
  const rows = options.attachable
    ? found.rows.filter(({ obstacle }) => obstacle === undefined)
    : found.rows;
  if (rows.length === 0) throw noneAttachable(functions.length);
  for (const source of found.unseen) log(`note: ${unseenText(source)}\n`);
  const list = { ...found, rows };
  out(options.json ? toJson(targetFacts(list)) : renderTargets(list, { style, width }));
  return ExitStatus.done;
}

/** As long as some pattern stands for a function, those that do not are only told of. */
function choose(
  patterns: readonly string[],
  catalog: FunctionCatalog,
  log: (text: string) => void,
): readonly CatalogFunction[] {
  const { functions, missing } = chooseFunctions(patterns, catalog);
  const problems = missing.map((pattern) => noFunction(pattern, catalog));
  if (functions.length === 0) {
    throw problems[0] ?? new InvalidError('the patterns with "!" leave no function');
  }
  for (const { message, hint } of problems) {
    log(`note: ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`);
  }
  return functions;
}

/** The same for all that have none: there are thousands. */
const nobody: readonly ManifestName[] = [];

function survey(
  { ports, options }: Context,
  catalog: FunctionCatalog,
  functions: readonly CatalogFunction[],
): TargetList {
  catalog.expect?.(functions.length);
  const links = ports.links();
  const pinned = pinnedTargets(ports.kernel, options.root);
  const rows = functions.map((target): TargetRow => ({
    target,
    obstacle: catalog.obstacle(target),
    links: links.on(target),
    pinnedBy: pinned?.get(target.name) ?? nobody,
  }));
  const unseen: readonly Unseen[] = [
    ...catalog.unseen(),
    ...(rows.some((row) => row.links === undefined) ? (['links'] as const) : []),
    ...(pinned === undefined ? (['pins'] as const) : []),
  ];
  const prototypeOf = (target: CatalogFunction): string => catalog.prototype(target);
  return { rows, prototypeOf, linkLimit: links.limit, unseen };
}

function noneAttachable(count: number): InvalidError {
  const message = `none of ${count} functions can be attached to`;
  return new InvalidError(count === 1 ? 'the function cannot be attached to' : message, [], {
    hint: 'leave out "--attachable" to see why',
  });
}
