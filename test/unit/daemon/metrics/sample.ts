import { ExitStatus } from '../../../../src/base/errors.ts';
import { ConvergenceCounts } from '../../../../src/daemon/metrics/convergences.ts';
import type { ProgramFigures } from '../../../../src/daemon/metrics/figures.ts';
import type { Exposed } from '../../../../src/daemon/metrics/metrics.ts';
import type { Ending } from '../../../../src/daemon/ending.ts';
import type { Following } from '../../../../src/daemon/observer.ts';

/** One that did so many operations. */
export function succeeded(operations: number, name = 'audit'): Ending {
  return { plan: { name }, operations, error: undefined, out: '', err: '' };
}

export function failed(message: string, status: ExitStatus = ExitStatus.invalid): Ending {
  return { plan: undefined, operations: 0, error: { message, status }, out: '', err: '' };
}

export const edit = { ms: 20, foundDrift: false, isRepeat: false };
export const drift = { ms: 30, foundDrift: true, isRepeat: false };

/** Counts of a watch whose clock stands at 1000 s. */
export function countsAt1000(): ConvergenceCounts {
  return new ConvergenceCounts(() => 1_000_000);
}

/** The same of one that watches these manifests. */
export function countsOf(...manifests: readonly string[]): ConvergenceCounts {
  const counts = countsAt1000();
  counts.follows(following(...manifests));
  return counts;
}

export function following(...manifests: readonly string[]): Following {
  return { manifests, folders: [], problems: new Map(), isSet: manifests.length !== 1 };
}

export function programFigures(given: Partial<ProgramFigures> = {}): ProgramFigures {
  return {
    manifest: 'audit',
    object: 'opens',
    program: 'count_open',
    target: 'vfs_open',
    isAttached: true,
    runs: 12,
    runSeconds: 0.5,
    recursionMisses: 3,
    ...given,
  };
}

/** One manifest that failed once, with one program that runs. */
export function exposed(given: Partial<Exposed> = {}): Exposed {
  const counts = countsOf('/etc/audit.yaml');
  counts.ended('/etc/audit.yaml', succeeded(2), edit);
  counts.ended('/etc/audit.yaml', failed('no'), edit);
  return {
    version: '1.2.3',
    manifests: counts.all(),
    figures: { programs: [programFigures()], uncounted: undefined },
    readSeconds: 0.25,
    process: { startSeconds: 100, cpuSeconds: 1.5, residentBytes: 4096 },
    ...given,
  };
}
