import { ExitStatus, InvalidError } from '../base/errors.ts';
import type { Ports, Wanted } from '../converge.ts';
import { want } from '../converge.ts';
import type { PinPath } from '../state/ids.ts';
import { nameClash } from './name-clash.ts';

/** Ports that look up the kernel's functions once for several manifests. */
export function sharing(ports: Ports): Ports {
  let functions: ReturnType<Ports['functions']> | undefined;
  return { ...ports, functions: () => (functions ??= ports.functions()) };
}

/**
 * Reads and checks several manifests, before anything is done for one of them. Throws what is wrong with all that are invalid
 * at once, and a `RefusedError` where two claim one name.
 */
export function wantAll(
  ports: Ports,
  root: PinPath,
  files: readonly string[],
): readonly (readonly [file: string, wanted: Wanted])[] {
  const all = allOrInvalid(files, (file) => want(ports, root, file));
  requireOwnNames(all.map(([file, { desired }]) => [file, desired.name]));
  return all;
}

/** What each of them gives; throws all that is invalid at once, and anything else as it comes. */
export function allOrInvalid<Result>(
  files: readonly string[],
  read: (file: string) => Result,
): readonly (readonly [file: string, result: Result])[] {
  const invalid: InvalidError[] = [];
  const all = files.flatMap((file) => {
    try {
      return [[file, read(file)] as const];
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      invalid.push(error);
      return [];
    }
  });
  if (invalid.length > 0) throw joined(invalid);
  return all;
}

function joined(errors: readonly InvalidError[]): InvalidError {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  return new InvalidError(
    errors.map(({ message }) => message).join('; '),
    errors.flatMap(({ diagnostics }) => diagnostics),
  );
}

function requireOwnNames(all: readonly (readonly [file: string, name: string])[]): void {
  for (const [, name] of all) {
    const files = all.filter(([, other]) => other === name).map(([file]) => file);
    if (files.length > 1) throw nameClash(name, files);
  }
}

/** The first that failed, or else `otherwise`. */
export function firstFailure(
  statuses: readonly ExitStatus[],
  otherwise: ExitStatus = ExitStatus.done,
): ExitStatus {
  return statuses.find((status) => status !== ExitStatus.done) ?? otherwise;
}
