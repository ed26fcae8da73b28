import { AppError, ExitStatus } from '../base/errors.ts';
import { mayPass } from '../base/passing.ts';
import type { Convergence } from '../converge.ts';
import type { Ending } from '../daemon/ending.ts';
import type { ToWorker } from '../daemon/messages.ts';
import { countOperations } from '../plan/plan.ts';
import { pinLayout } from '../state/pin-layout.ts';
import type { Options } from './context.ts';
import { errorFacts, renderError } from './output/error.ts';
import { toJsonLine } from './output/json.ts';
import { renderReport, reportFacts } from './output/report.ts';

/** How what is told to a watch is written. */
export interface EndingStyle {
  readonly options: Options;
  readonly colour: Extract<ToWorker, { kind: 'start' }>['colour'];
  /** In JSON, of which manifest it is; `undefined` where there is only one. */
  readonly manifest: string | undefined;
}

/** Of one that had a plan. */
export function endingOf(convergence: Convergence, style: EndingStyle): Ending {
  const { plan, report } = convergence;
  const { exchange, pause, protect, ...counts } = countOperations(plan.operations);
  const rare = Object.entries({ exchange, pause, protect }).filter(([, count]) => count > 0);
  const errors = report.error === undefined ? [] : [report.error, ...report.rollbackErrors];
  const hasFailed = report.error !== undefined;
  return {
    plan: {
      name: plan.name,
      ...counts,
      ...Object.fromEntries(rare),
      unchanged: plan.unchanged,
    },
    operations: plan.operations.length,
    error: hasFailed ? summaryOf(report.error) : undefined,
    pinned: hasFailed ? undefined : pinnedAfter(convergence, style.options),
    attached: hasFailed ? undefined : convergence.attached,
    out: answerOf(convergence, style),
    err: errors.map((error) => rendered(error, style)).join(''),
  };
}

/** Of one that did not come so far that there was something to carry out. */
export function failureOf(error: unknown, style: EndingStyle): Ending {
  const { options, manifest } = style;
  return {
    plan: undefined,
    operations: 0,
    error: summaryOf(error),
    out: options.json ? toJsonLine({ manifest, error: errorFacts(error) }) : '',
    err: options.json ? '' : rendered(error, style),
  };
}

function answerOf(convergence: Convergence, { options, colour, manifest }: EndingStyle): string {
  return options.json
    ? toJsonLine({ manifest, ...reportFacts(convergence) })
    : renderReport(convergence, { colour: colour.out, verbose: options.verbose });
}

function pinnedAfter({ plan, pins = [] }: Convergence, { root }: Options): Ending['pinned'] {
  const isUnchanged = plan.operations.length === 0;
  return { directory: pinLayout(root, plan.name).directory, pins, isUnchanged };
}

function rendered(error: unknown, { options: { verbose }, colour }: EndingStyle): string {
  return renderError(error, { colour: colour.err, verbose });
}

function summaryOf(error: unknown): NonNullable<Ending['error']> {
  return {
    message: error instanceof Error ? error.message : String(error),
    status: error instanceof AppError ? error.exitStatus : ExitStatus.bug,
    isPassing: mayPass(error) ? true : undefined,
  };
}
