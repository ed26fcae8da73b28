import type { Cell, Metric, Summary } from './summary.ts';

/** What is to be reached. The bars are for the plain way, `replace: overlap`, unless they say otherwise. */
export interface Bar {
  readonly what: string;
  readonly metric: Metric;
  readonly of: Cell;
  /** What it is a multiple of; without, the bar is a figure. */
  readonly to?: Cell;
  readonly most: number;
  /** Who does what no runner of manifests in Node can do without: the limit of the bar. */
  readonly least?: Cell;
}

const plain = 'fentryctl, overlap';
const start: Cell = { mode: 'I', work: 'start', size: 1, peer: 'node' };

function object(mode: Cell['mode'], size: number, peer: string): Cell {
  return { mode, work: 'object', size, peer };
}

const least = 'least runner in Node';

function leastOf(mode: Cell['mode'], size: number): Cell {
  return object(mode, size, least);
}

function ratio(mode: Cell['mode'], size: number, to: string, most: number): Bar {
  const what = `one object with ${String(size)}, to ${to}`;
  const of = object(mode, size, plain);
  return { what, metric: 'wall', of, to: object(mode, size, to), most, least: leastOf(mode, size) };
}

function program(to: string, most: number): Bar {
  const of = (peer: string): Cell => ({ mode: 'I', work: 'program', size: 100, peer });
  const what = `one program on 100 functions, to ${to}`;
  return { what, metric: 'wall', of: of(plain), to: of(to), most, least: of(least) };
}

function noOp(size: number, most: number): Bar {
  const of: Cell = { mode: 'I', work: 'no-op', size, peer: plain };
  return {
    what: `nothing to do for ${String(size)}, to node -e 0`,
    metric: 'cpu',
    of,
    to: start,
    most,
    least: { ...of, peer: least },
  };
}

function calls(size: number): Bar {
  const of = object('I', size, plain);
  const what = `bpf() calls for ${String(size)}`;
  return { what, metric: 'calls', of, most: 4 * size + 10, least: leastOf('I', size) };
}

export const bars: readonly Bar[] = [
  {
    what: 'N = 1, to node -e 0',
    metric: 'cpu',
    of: object('I', 1, plain),
    to: start,
    most: 1.6,
    least: leastOf('I', 1),
  },
  ratio('I', 100, 'libbpf C', 0.85),
  ratio('I', 100, 'floor', 1.25),
  ratio('I', 500, 'libbpf C', 0.8),
  ratio('I', 500, 'floor', 1.08),
  ratio('W', 500, 'libbpf C', 0.72),
  ratio('W', 500, 'bpftool', 0.85),
  ratio('W', 500, 'bpftrace', 0.3),
  ratio('W', 100, 'libbpf C', 0.9),
  ratio('W', 100, 'bpftrace', 0.33),
  program('libbpf C, opened anew', 0.2),
  ...[1, 10, 100].map(calls),
  noOp(100, 1.2),
  noOp(500, 1.3),
  {
    what: 'peak RSS of one object with 500, MB',
    metric: 'rss',
    of: object('I', 500, plain),
    most: 60e6,
    least: leastOf('I', 500),
  },
  {
    what: 'exchange of 500 attached programs, to their load alone',
    metric: 'wall',
    of: { mode: 'I', work: 'replace', size: 500, peer: 'fentryctl, exchange' },
    to: { mode: 'I', work: 'replace', size: 500, peer: 'fentryctl, load alone' },
    most: 1.5,
  },
  {
    what: 'destroy of 100, to plain unlinks',
    metric: 'wall',
    of: { mode: 'I', work: 'remove', size: 100, peer: 'fentryctl destroy' },
    to: { mode: 'I', work: 'remove', size: 100, peer: 'rm' },
    most: 1.02,
    least: { mode: 'I', work: 'remove', size: 100, peer: least },
  },
];

/** What was measured of a bar, as a multiple or a figure. */
export function measuredOf(
  { of, to, metric }: Omit<Bar, 'most' | 'what' | 'least'>,
  summary: Summary,
): number | undefined {
  const figure = summary.median(of, metric);
  if (to === undefined || figure === undefined) return figure;
  const base = summary.median(to, metric);
  return base === undefined ? undefined : figure / base;
}
