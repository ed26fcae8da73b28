import { programName } from '../source.ts';

/** How fentryctl is asked to do a task. */
export interface Wanted {
  readonly replace: 'overlap' | 'exchange';
  readonly file: string;
  readonly state?: 'loaded';
}

/** An object with one program for each function. */
export function manifestOfPrograms(functions: readonly string[], wanted: Wanted): string {
  const entry = (name: string): string =>
    wanted.state === undefined ? name : `{ target: ${name}, state: ${wanted.state} }`;
  return manifest(
    wanted,
    functions.map((name, index) => `      ${programName(index)}: ${entry(name)}`),
  );
}

/** One program for all functions. */
export function manifestOfTargets(functions: readonly string[], wanted: Wanted): string {
  return manifest(wanted, [
    `      ${programName(0)}:`,
    `        max_targets: ${String(functions.length)}`,
    '        targets:',
    ...functions.map((name) => `          - ${name}`),
  ]);
}

function manifest({ replace, file }: Wanted, programs: readonly string[]): string {
  return [
    'version: 1',
    'name: bench',
    `replace: ${replace}`,
    'objects:',
    '  many:',
    `    file: ${file}`,
    '    programs:',
    ...programs,
    '',
  ].join('\n');
}
