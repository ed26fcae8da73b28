import type { Ports } from '../converge.ts';
import type { ExitStatus } from '../base/errors.ts';
import type { MetricsAddress } from '../daemon/metrics/address.ts';
import type { PinPath } from '../state/ids.ts';
import type { Progress } from './output/progress.ts';
import type { Style } from './output/style.ts';

/** What every command is given: its arguments, the kernel, and where to write. */
export interface Context {
  readonly operands: readonly string[];
  readonly options: Options;
  readonly ports: Ports;
  /** The answer. */
  readonly out: (text: string) => void;
  /** The log. */
  readonly log: (text: string) => void;
  readonly style: Style;
  /** Columns of the terminal that the answer goes to; `undefined` where it goes elsewhere. */
  readonly width: number | undefined;
  /** Shows how far a run is; only on a terminal. */
  readonly progress: Progress | undefined;
  /** Asks a person; only on a terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

export interface Options {
  readonly root: PinPath;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly detailedExitcode: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly allowInsecureFiles: boolean;
  /** Where to save the plan. */
  readonly out: string | undefined;
  readonly key: string | undefined;
  readonly generateKey: string | undefined;
  readonly attachable: boolean;
  readonly watch: boolean;
  /** How often a status that watches looks; `undefined`: not said. */
  readonly everyMs: number | undefined;
  readonly lockTimeoutMs: number;
  readonly applyTimeoutMs: number;
  /** `undefined`: only what the kernel tells. */
  readonly pollMs: number | undefined;
  /** `undefined`: never. */
  readonly resyncMs: number | undefined;
  /** Where to serve metrics; `undefined`: nowhere. */
  readonly metrics: MetricsAddress | undefined;
}

/** A command runs, writes its answer and returns the exit status; it throws an `AppError` for what went wrong. */
export type Run = (context: Context) => ExitStatus | Promise<ExitStatus>;
