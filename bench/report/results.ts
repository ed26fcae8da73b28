import type { Line, Mode, Work } from '../sample.ts';
import { type Bar, bars, measuredOf } from './bars.ts';
import { type Cell, type Metric, type Spread, Summary } from './summary.ts';

const works: Readonly<Record<Work, string>> = {
  start: 'What there is to pay before anything is done',
  object: 'One object with N programs: load, attach, pin',
  program: 'One program on N functions: load, attach, pin',
  'no-op': 'Nothing to do: the same apply again',
  replace: 'A new version of an object with N attached programs, and its load alone',
  remove: 'Detach and unpin of N',
};

const modes: Readonly<Record<Mode, string>> = {
  I: 'Instructions counted',
  W: 'The ordinary clock',
};

/** The page of results, in Markdown. */
export function results(lines: readonly Line[]): string {
  const summary = new Summary(
    lines.flatMap((line) => (line.kind === 'sample' ? [line.sample] : [])),
  );
  return [
    '# Results of `npm run bench`',
    '',
    ...introduction,
    ...conditions(lines),
    '## Bars',
    '',
    ...barTable(summary),
    ...(['I', 'W'] as const).flatMap((mode) => modeSection(mode, summary)),
    ...failures(summary),
  ].join('\n');
}

const introduction = [
  'All of it in the virtual machine, each peer from nothing, and everything detached and unpinned between two runs. Each',
  'pins program and link, except bpftool, which pins links only, and bpftrace, which pins nothing and is measured until all',
  'is attached. "floor" is bare `bpf(2)` in C with all ids known, without ELF, BTF or reading back; "floor in Node" makes',
  'the same calls by koffi, and "read back" opens each pin afterwards and asks what it is. "least runner in Node" reads the',
  'manifest by yaml, the object by libbpf and the types of the kernel too, and checks nothing: no runner of manifests in',
  'Node that keeps its word takes less, and what it takes is told beside the bars. fentryctl reads back every program and',
  'link from the kernel before it reports success; no peer does. It attaches by a dispatcher unless it is told otherwise',
  '("exchange"): one more program and one more map for each function. The bars are for the plain way ("overlap"), where each',
  'program has its own link, as with all peers. Each has run before: its files are in memory, and with them the code that',
  'fentryctl and the least runner have compiled, and the tables of names that fentryctl keeps.',
  '',
  'I: guest time counts instructions (`-icount`), one each nanosecond. CPU time repeats to about 2 %; wall time leaps to',
  'the next timer whenever a run waits for the host (a file that it reads), by seconds on a busy host: believe CPU time',
  'then. W: the ordinary clock of two emulated processors (I has one), medians of several rounds with least and most; on a',
  'busy host the ratios move by a third.',
  '',
];

function conditions(lines: readonly Line[]): readonly string[] {
  const versions = new Map(
    lines.flatMap((line) => (line.kind === 'version' ? [[line.peer, line.version] as const] : [])),
  );
  const absent = new Map(
    lines.flatMap((line) => (line.kind === 'absent' ? [[line.peer, line.reason] as const] : [])),
  );
  return [
    `Versions: ${[...versions].map(([peer, version]) => `${peer} ${version}`).join('; ')}.`,
    '',
    ...[...absent].flatMap(([peer, reason]) => [`Not measured: ${peer}, ${reason}.`, '']),
  ];
}

function barTable(summary: Summary): readonly string[] {
  const row = (bar: Bar): string => {
    const measured = measuredOf(bar, summary);
    const verdict =
      measured === undefined
        ? 'not measured'
        : measured <= bar.most
          ? 'reached'
          : '**not reached**';
    const figure = measured === undefined ? '' : barFigure(bar, measured);
    return `| ${bar.what} | ${bar.of.mode} | ${bar.metric} | ${barFigure(bar, bar.most)} | ${figure} | ${verdict} | ${byCpu(bar, summary)} | ${leastFigure(bar, summary)} |`;
  };
  return [
    '| work | mode | of | at most | measured | | by CPU time | least in Node |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...bars.map(row),
    '',
  ];
}

/** The same ratio without what was waited for. */
function byCpu(bar: Bar, summary: Summary): string {
  if (bar.metric !== 'wall') return '';
  return measuredOf({ ...bar, metric: 'cpu' }, summary)?.toFixed(2) ?? '';
}

function leastFigure(bar: Bar, summary: Summary): string {
  if (bar.least === undefined) return '';
  const figure = measuredOf({ ...bar, of: bar.least }, summary);
  return figure === undefined ? '' : barFigure(bar, figure);
}

function barFigure({ metric, to }: Bar, figure: number): string {
  return to === undefined ? format(metric, figure) : figure.toFixed(2);
}

function modeSection(mode: Mode, summary: Summary): readonly string[] {
  return (Object.keys(works) as Work[]).flatMap((work) => {
    const sizes = summary.sizes(mode, work);
    if (sizes.length === 0) return [];
    const heading = [`## ${modes[mode]}: ${works[work]}`, ''];
    const metrics: readonly Metric[] =
      mode === 'I' ? ['wall', 'cpu', 'rss', 'calls'] : ['wall', 'cpu'];
    return [...heading, ...metrics.flatMap((metric) => table({ mode, work }, metric, summary))];
  });
}

const metricNames: Readonly<Record<Metric, string>> = {
  wall: 'wall, s',
  cpu: 'CPU, s',
  rss: 'peak RSS, MB',
  calls: 'bpf() calls',
};

type Part = Pick<Cell, 'mode' | 'work'>;

function table({ mode, work }: Part, metric: Metric, summary: Summary): readonly string[] {
  const sizes = summary.sizes(mode, work);
  const rows = summary.peers(mode, work).map((peer) => {
    const cells = sizes.map((size) => summary.spread({ mode, work, size, peer }, metric));
    return { peer, cells: cells.map((spread) => (spread ? spreadText(metric, spread) : '')) };
  });
  if (rows.every(({ cells }) => cells.every((text) => text === ''))) return [];
  return [
    `| ${metricNames[metric]} | ${sizes.map(String).join(' | ')} |`,
    `| --- |${sizes.map(() => ' ---: |').join('')}`,
    ...rows.map(({ peer, cells }) => `| ${peer} | ${cells.join(' | ')} |`),
    '',
  ];
}

function spreadText(metric: Metric, { median, least, most }: Spread): string {
  const text = format(metric, median);
  const range = `${format(metric, least)}–${format(metric, most)}`;
  return least === most ? text : `${text} (${range})`;
}

function format(metric: Metric, figure: number): string {
  switch (metric) {
    case 'wall':
    case 'cpu':
      return (figure / 1e9).toFixed(3);
    case 'rss':
      return (figure / 1e6).toFixed(0);
    case 'calls':
      return String(figure);
  }
}

/** As found. */
function failures({ samples }: Summary): readonly string[] {
  const failed = samples.filter(({ remark }) => remark !== undefined);
  if (failed.length === 0) return [];
  const text = failed.map(
    ({ mode, work, size, peer, remark }) =>
      `- ${peer}, ${work} ${String(size)} (${mode}): ${remark ?? ''}`,
  );
  return ['## Runs that failed', '', ...new Set(text), ''];
}
