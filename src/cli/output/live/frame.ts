import type { LiveProgram, View } from '../../live/view.ts';
import type { Style } from '../style.ts';
import { paint } from '../style.ts';
import { cut, fitColumns, lineOf } from './columns.ts';
import { liveColumns } from './live-columns.ts';
import { oneColumnEach } from './one-column-each.ts';

/** The terminal, and what is true of all moments. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly style: Style;
  /** What is watched. */
  readonly title: string;
  /** Whether the programs are of several manifests. */
  readonly withNames: boolean;
}

/** The lines of a screen: no more, and none longer, than the terminal has room for. */
export function frameLines(view: View, page: Page, notes: readonly string[]): readonly string[] {
  const head = headLines(view, page, notes);
  const lines = tableLines(view, page, page.height - head.length);
  return [...head, ...lines].slice(0, page.height);
}

function headLines(view: View, page: Page, notes: readonly string[]): readonly string[] {
  const { width, style } = page;
  const fit = (line: string): string => cut(oneColumnEach(line), width);
  return [
    paint(style, 'bold', fit(titleOf(view, page))),
    ...notes.map((note) => paint(style, 'yellow', fit(note))),
  ];
}

function titleOf({ programs, time, isCounting }: View, { title }: Page): string {
  const attached = programs.filter(({ state }) => state === 'attached').length;
  const noun = programs.length === 1 ? 'program' : 'programs';
  return [
    title,
    `${programs.length} ${noun}, ${attached} attached`,
    time.toISOString().replace(/\.\d+Z$/, 'Z'),
    `run statistics ${isCounting ? 'on' : 'off'}`,
  ].join('  ');
}

/** The heading, the programs that have room, and how many have none. */
function tableLines({ programs }: View, page: Page, height: number): readonly string[] {
  if (programs.length === 0) return [cut('nothing is pinned', page.width)];
  const columns = fitColumns(liveColumns(programs, page.withNames), page.width);
  const heading = lineOf(columns.map((column) => ({ ...column, text: column.name })));
  const isWhole = programs.length < height;
  const shown = programs.slice(0, isWhole ? programs.length : Math.max(0, height - 2));
  const rows = shown.map((program) => {
    const cells = columns.map((column) => ({
      ...column,
      text: column.cell(program, column.width),
    }));
    return coloured(program, lineOf(cells), page.style);
  });
  const more = isWhole ? [] : [cut(moreText(programs.slice(shown.length)), page.width)];
  return [paint(page.style, 'dim', heading), ...rows, ...more];
}

function coloured({ problem, state }: LiveProgram, line: string, style: Style): string {
  if (problem !== undefined) return paint(style, 'red', line);
  return state === 'attached' ? line : paint(style, 'dim', line);
}

function moreText(hidden: readonly LiveProgram[]): string {
  const problems = hidden.filter(({ problem }) => problem !== undefined).length;
  const noun = problems === 1 ? 'problem' : 'problems';
  return `… ${hidden.length} more${problems === 0 ? '' : `, ${problems} ${noun} among them`}`;
}
