/** A column of a table that has to fit. */
export interface Column {
  readonly name: string;
  /** Narrower than that it is of no use, and left out. */
  readonly least: number;
  /** Wider than that it need not be. */
  readonly most: number;
  /** The highest goes first where there is no room for all, and the lowest gets first what room is left. */
  readonly rank: number;
}

type Fitted<Any extends Column> = Any & { readonly width: number };

/** Blanks between two columns. */
const gap = 2;

/**
 * The columns that have room beside each other in a width, in their order: first all have their least, then what is left goes to
 * them by rank. None where not even one has room.
 */
export function fitColumns<Any extends Column>(
  columns: readonly Any[],
  width: number,
): readonly Fitted<Any>[] {
  const needed = columns.reduce((sum, { least }) => sum + least + gap, -gap);
  if (needed > width) return fitColumns(withoutHighest(columns), width);
  const widths = new Map<Any, number>();
  let left = width - needed;
  for (const column of columns.toSorted((a, b) => a.rank - b.rank)) {
    const more = Math.min(left, Math.max(0, column.most - column.least));
    widths.set(column, column.least + more);
    left -= more;
  }
  return columns.map((column) => ({ ...column, width: widths.get(column) ?? column.least }));
}

function withoutHighest<Any extends Column>(columns: readonly Any[]): readonly Any[] {
  const highest = Math.max(...columns.map(({ rank }) => rank));
  return columns.filter(({ rank }) => rank !== highest);
}

/** Cells as one line, each cut and filled to the width of its column. */
export function lineOf(
  cells: readonly { readonly text: string; readonly width: number; readonly isNumber: boolean }[],
): string {
  return cells
    .map(({ text, width, isNumber }) => {
      const shown = cut(text, width);
      return isNumber ? shown.padStart(width) : shown.padEnd(width);
    })
    .join(' '.repeat(gap))
    .trimEnd();
}

/** With an ellipsis for what does not fit. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}
