import type { LiveProgram } from '../../live/view.ts';
import { amount } from './amount.ts';
import type { Column } from './columns.ts';
import { oneColumnEach } from './one-column-each.ts';
import { sparkline } from './sparkline.ts';

/** A column of the live table, and what is in it. */
interface LiveColumn extends Column {
  readonly isNumber: boolean;
  readonly cell: (program: LiveProgram, width: number) => string;
}

const number = { least: 6, most: 6, isNumber: true }; // as wide as an amount gets

/** All columns that the programs need, in their order; `withNames` where they are of several manifests. */
export function liveColumns(
  programs: readonly LiveProgram[],
  withNames: boolean,
): readonly LiveColumn[] {
  const problem = textColumn('PROBLEM', 3, programs, (one) => one.problem ?? '');
  return [
    textColumn(withNames ? 'NAME' : 'PROGRAM', 1, programs, (one) => nameOf(one, withNames)),
    textColumn('TARGET', 4, programs, ({ target }) => target),
    textColumn('STATE', 2, programs, ({ state }) => state),
    { ...number, name: 'RUNS/S', rank: 0, cell: ({ runsPerSecond }) => amount(runsPerSecond) },
    { ...number, name: 'NS/RUN', rank: 6, cell: ({ nsPerRun }) => amount(nsPerRun) },
    {
      name: 'LATELY',
      least: 8,
      most: 40,
      rank: 5,
      isNumber: false,
      cell: ({ history }, width) => sparkline(history, width),
    },
    ...(programs.some((one) => one.problem !== undefined) ? [problem] : []),
  ];
}

/** Of names, this much says which one it is. */
const leastText = 8;

function textColumn(
  name: string,
  rank: number,
  programs: readonly LiveProgram[],
  textOf: (program: LiveProgram) => string,
): LiveColumn {
  const cell = (program: LiveProgram): string => oneColumnEach(textOf(program));
  const longest = programs.reduce((most, one) => Math.max(most, cell(one).length), name.length);
  return { name, rank, least: leastText, most: longest, isNumber: false, cell };
}

function nameOf({ name, object, program }: LiveProgram, withNames: boolean): string {
  return withNames ? `${name}: ${object}/${program}` : `${object}/${program}`;
}
