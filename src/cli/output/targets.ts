import type { CatalogFunction, Obstacle, UnseenSource } from '../../state/function-catalog.ts';
import type { ManifestName } from '../../state/ids.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';

/** What `targets` knows of one function, besides its prototype. */
export interface TargetRow {
  readonly target: CatalogFunction;
  readonly obstacle: Obstacle | undefined;
  /** Ids of the links on it; `undefined` where they cannot be seen. */
  readonly links: readonly number[] | undefined;
  readonly pinnedBy: readonly ManifestName[];
}

/** What could not be looked at. */
export type Unseen = UnseenSource | 'links' | 'pins';

export interface TargetList {
  readonly rows: readonly TargetRow[];
  /** As C declares it; asked when it is written, since those of 60,000 functions take longer to keep than to make. */
  readonly prototypeOf: (target: CatalogFunction) => string;
  /** How many links a function takes. */
  readonly linkLimit: number | undefined;
  readonly unseen: readonly Unseen[];
}

interface Page {
  readonly style: Style;
  /** Columns of the terminal; `undefined` where there is none. */
  readonly width: number | undefined;
}

/** For people on a terminal: a table cut to its width. For a pipe: a line each, with tabs between the columns, and nothing cut. */
export function renderTargets(list: TargetList, { style, width }: Page): string {
  return width === undefined ? lines(list) : table(list, style, width);
}

/** For programs, under the names that bpftool gives them. */
export function targetFacts({ rows, prototypeOf, linkLimit, unseen }: TargetList): object {
  return {
    functions: rows.map(({ target, obstacle, links, pinnedBy }) => ({
      name: target.name,
      module: moduleOf(target),
      btf_id: target.btfId,
      prototype: prototypeOf(target),
      attachable: obstacle === undefined,
      obstacle,
      link_ids: links,
      pinned_by: pinnedBy,
    })),
    link_limit: linkLimit,
    unseen,
  };
}

/** What a person can do about it. */
export function unseenText(source: Unseen): string {
  switch (source) {
    case 'symbols':
      return '/proc/kallsyms cannot be read: functions that were inlined are not told apart';
    case 'tracefs':
      return 'tracefs cannot be read: functions that ftrace cannot patch are not told apart; run it as root, with tracefs mounted on /sys/kernel/tracing';
    case 'links':
      return 'links cannot be counted: that takes CAP_SYS_ADMIN and Linux 5.13';
    case 'pins':
      return 'pins cannot be read: which manifests are attached is not known';
  }
}

/** The kernel itself under the name that its BTF has. */
function moduleOf({ name }: CatalogFunction): string {
  const colon = name.indexOf(':');
  return colon === -1 ? 'vmlinux' : name.slice(0, colon);
}

/** So many become one text at a time: what they are made of is then gone before it is worth keeping. */
const linesAtOnce = 500;

function lines(list: TargetList): string {
  const texts: string[] = [];
  for (let at = 0; at < list.rows.length; at += linesAtOnce) {
    const rows = list.rows.slice(at, at + linesAtOnce);
    texts.push(rows.map((row) => line(row, list)).join(''));
  }
  return texts.join('');
}

function line(row: TargetRow, { prototypeOf, linkLimit }: TargetList): string {
  const { target, obstacle } = row;
  const start = `${printable(target.name)}\t${obstacle?.code ?? 'yes'}\t${linksText(row, linkLimit)}`;
  const end = obstacle === undefined ? '' : `\t${printable(obstacle.text)}`;
  return `${start}\t${printable(prototypeOf(target))}${end}\n`;
}

const heading = ['FUNCTION', 'ATTACHABLE', 'LINKS'] as const;
/** A column is no wider than this part of the terminal; what is longer moves the rest of its own line. */
const widest = 0.4;

function table({ rows, prototypeOf, linkLimit }: TargetList, style: Style, width: number): string {
  const all = rows.map((row) => ({ row, cells: cells(row, linkLimit) }));
  const widths = heading.map((title, column) =>
    all.reduce(
      (most, { cells: texts }) =>
        Math.max(most, Math.min(texts[column]?.length ?? 0, Math.floor(width * widest))),
      title.length,
    ),
  );
  const pad = (texts: readonly string[]): string =>
    texts.map((text, column) => `${text.padEnd(widths[column] ?? 0)}  `).join('');
  const body = all.map(({ row, cells: texts }) => {
    const start = pad(texts.map(printable));
    const first = fit(`${start}${printable(prototypeOf(row.target))}`, width);
    if (row.obstacle === undefined) return `${first}\n`;
    const reason = `  cannot be attached to: ${printable(row.obstacle.text)}`;
    return `${first}\n${paint(style, 'dim', reason)}\n`;
  });
  return `${fit(`${pad(heading)}PROTOTYPE`, width)}\n${body.join('')}`;
}

function cells(row: TargetRow, linkLimit: number | undefined): readonly string[] {
  return [row.target.name, row.obstacle?.code ?? 'yes', linksText(row, linkLimit)];
}

function linksText({ links, pinnedBy }: TargetRow, linkLimit: number | undefined): string {
  const limit = linkLimit === undefined ? '' : `/${linkLimit}`;
  const count = links === undefined ? '?' : `${links.length}${limit}`;
  const by = pinnedBy.length === 0 ? '' : ` (${pinnedBy.join(', ')})`;
  return `${links?.length === 0 ? '-' : count}${by}`;
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;
}
