import type { Operation } from '../../plan/operation.ts';
import type { Plan } from '../../plan/plan.ts';
import { printable } from './printable.ts';
import { subjectOf } from './reason.ts';

/** What a run tells of how far it is: some of `ConvergeOptions`. */
export interface Progress {
  onPlan(plan: Plan): void;
  onStart(operation: Operation, index: number): void;
  onCommit(operation: Operation, index: number): void;
  /** Takes the line away. */
  end(): void;
}

/** Milliseconds before the line shows, so that a short run shows none, and between two of them. */
const patience = 500;
const pause = 100;
/** Goes to the start of the line, and clears it (ECMA-48, CR and EL). */
const clear = '\r\u001B[K';

/** One line on a terminal, written again and again: how many of the operations are done, how fast, and which is next. */
export function progressLine(
  write: (text: string) => void,
  now: () => number = () => performance.now(),
): Progress {
  const shown = { total: 0, since: 0, next: 0, isThere: false };
  const begin = (): void => {
    shown.since = now();
    shown.next = shown.since + patience;
  };
  const show = (operation: Operation, index: number, verb: string): void => {
    if (index === 0) begin();
    const time = now();
    if (time < shown.next) return;
    shown.next = time + pause;
    shown.isThere = true;
    const rate = (index * 1000) / (time - shown.since);
    write(
      `${clear}${index}/${shown.total}, ${rate.toFixed(0)}/s: ${verb} ${printable(subjectOf(operation))}`,
    );
  };
  return {
    onPlan: ({ operations }) => {
      shown.total = operations.length;
    },
    onStart: (operation, index) => show(operation, index, operation.kind),
    onCommit: (operation, index) => show(operation, index, `finish ${operation.kind}`),
    end: () => {
      if (shown.isThere) write(clear);
    },
  };
}
