import { causes } from './cause.ts';
import type { Convergences } from './convergences.ts';
import type { Figures, ProgramFigures } from './figures.ts';

/** All that one scrape shows. */
export interface Exposed {
  readonly version: string;
  readonly manifests: readonly Convergences[];
  /** `undefined` where they could not be read. */
  readonly figures: Figures | undefined;
  /** How long that took. */
  readonly readSeconds: number;
  /** Of the watch itself. */
  readonly process: {
    readonly startSeconds: number;
    readonly cpuSeconds: number;
    readonly residentBytes: number;
  };
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric, and what there is of it to show. */
export interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (exposed: Exposed) => readonly Sample[];
}

/** All that are served, in the order in which they are. */
export const metrics: readonly Metric[] = [
  {
    name: 'fentryctl_build_info',
    kind: 'gauge',
    help: 'Always 1; the label is the version of fentryctl.',
    labels: ['version'],
    samples: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: 'fentryctl_convergences_total',
    kind: 'counter',
    help: 'Convergences that have ended since the watch began, by result: changed, unchanged or failed.',
    labels: ['manifest', 'result'],
    samples: ofManifests((one) => [
      { labels: { result: 'changed' }, value: one.changed },
      { labels: { result: 'unchanged' }, value: one.unchanged },
      { labels: { result: 'failed' }, value: sum(Object.values(one.failures)) },
    ]),
  },
  {
    name: 'fentryctl_convergence_failures_total',
    kind: 'counter',
    help: 'Convergences that failed since the watch began, by cause.',
    labels: ['manifest', 'cause'],
    samples: ofManifests(({ failures }) =>
      causes.map((cause) => ({ labels: { cause }, value: failures[cause] })),
    ),
  },
  {
    name: 'fentryctl_drift_repaired_total',
    kind: 'counter',
    help: 'Convergences since the watch began that put right what others had changed in the kernel.',
    labels: ['manifest'],
    samples: ofManifests(({ driftRepaired }) => [{ labels: {}, value: driftRepaired }]),
  },
  {
    name: 'fentryctl_in_step',
    kind: 'gauge',
    help: 'Whether the last convergence succeeded, so that the kernel is as the manifest says: 1 or 0.',
    labels: ['manifest'],
    samples: ofManifests(({ last }) => [
      { labels: {}, value: bit(last !== undefined && last.error === undefined) },
    ]),
  },
  {
    name: 'fentryctl_last_success_timestamp_seconds',
    kind: 'gauge',
    help: 'When a convergence last succeeded, in seconds since 1970; absent before the first has.',
    labels: ['manifest'],
    samples: ofManifests(({ lastSuccess }) => given(lastSuccess, 1000)),
  },
  {
    name: 'fentryctl_last_convergence_duration_seconds',
    kind: 'gauge',
    help: 'How long the last convergence took, in seconds, whether it succeeded or not.',
    labels: ['manifest'],
    samples: ofManifests(({ last }) => given(last?.ms, 1000)),
  },
  {
    name: 'fentryctl_program_attached',
    kind: 'gauge',
    help: 'Whether a program that is pinned for the manifest is attached to its target and runs: 1 or 0.',
    labels: ['manifest', 'object', 'program', 'target'],
    samples: ofPrograms(({ isAttached }) => bit(isAttached)),
  },
  {
    name: 'fentryctl_program_runs_total',
    kind: 'counter',
    help: 'Runs of the program while run statistics were enabled; begins at 0 again when it is attached anew.',
    labels: ['manifest', 'object', 'program', 'target'],
    samples: ofPrograms(({ runs }) => runs),
  },
  {
    name: 'fentryctl_program_run_seconds_total',
    kind: 'counter',
    help: 'Seconds that these runs took.',
    labels: ['manifest', 'object', 'program', 'target'],
    samples: ofPrograms(({ runSeconds }) => runSeconds),
  },
  {
    name: 'fentryctl_program_recursion_misses_total',
    kind: 'counter',
    help: 'Runs that the kernel left out, because the program was running on that processor already (Linux 5.12).',
    labels: ['manifest', 'object', 'program', 'target'],
    samples: ofPrograms(({ recursionMisses }) => recursionMisses),
  },
  {
    name: 'fentryctl_run_statistics_enabled',
    kind: 'gauge',
    help: 'Whether the kernel counts runs and their time now: 1 or 0; absent where the kernel could not be read.',
    labels: [],
    samples: ({ figures }) =>
      figures === undefined ? [] : single(bit(figures.uncounted === undefined)),
  },
  {
    name: 'fentryctl_scrape_success',
    kind: 'gauge',
    help: 'Whether the figures of programs could be read from the kernel for this answer: 1 or 0.',
    labels: [],
    samples: ({ figures }) => single(bit(figures !== undefined)),
  },
  {
    name: 'fentryctl_scrape_duration_seconds',
    kind: 'gauge',
    help: 'How long that took, in seconds.',
    labels: [],
    samples: ({ readSeconds }) => single(readSeconds),
  },
  {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    help: 'When the watch was started, in seconds since 1970.',
    labels: [],
    samples: ({ process }) => single(process.startSeconds),
  },
  {
    name: 'process_cpu_seconds_total',
    kind: 'counter',
    help: 'Seconds of processor time that the watch itself has used, without its convergences.',
    labels: [],
    samples: ({ process }) => single(process.cpuSeconds),
  },
  {
    name: 'process_resident_memory_bytes',
    kind: 'gauge',
    help: 'Resident memory of the watch itself, in bytes.',
    labels: [],
    samples: ({ process }) => single(process.residentBytes),
  },
];

function ofManifests(tell: (manifest: Convergences) => readonly Sample[]): Metric['samples'] {
  return ({ manifests }) =>
    manifests.flatMap((one) =>
      tell(one).map(({ labels, value }) => ({ labels: { manifest: one.name, ...labels }, value })),
    );
}

/** What is `undefined` is left out. */
function ofPrograms(tell: (program: ProgramFigures) => number | undefined): Metric['samples'] {
  return ({ figures }) =>
    (figures?.programs ?? []).flatMap((one) => {
      const { manifest, object, program, target } = one;
      const value = tell(one);
      return value === undefined ? [] : [{ labels: { manifest, object, program, target }, value }];
    });
}

function given(value: number | undefined, divisor: number): readonly Sample[] {
  return value === undefined ? [] : single(value / divisor);
}

function single(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

function bit(isSo: boolean): number {
  return isSo ? 1 : 0;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
