import type { Operation, Sign } from '../../plan/operation.ts';
import { signOf } from '../../plan/operation.ts';
import { printable } from './printable.ts';
import { reasonText, subjectOf, subjectOfMany } from './reason.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';

const signColour = { '+': 'green', '~': 'yellow', '-': 'red' } as const satisfies Record<
  Sign,
  string
>;

/** A program on so many functions is shown function by function; on more, it has a line for all. */
const mostShown = 8;

/** How operations are shown. */
export interface LineStyle extends Style {
  /** Each has its own line, however many there are. */
  readonly verbose?: boolean | undefined;
}

/** What the last column says of an operation, and of several that share a line. */
export interface LastColumn {
  of(operation: Operation, index: number): string;
  ofMany(operations: readonly Operation[], index: number): string;
  /** Only operations for which this is the same share a line. */
  key?(index: number): string;
}

/** One line an operation, or for many that differ in nothing but their target. */
export function operationLines(
  operations: readonly Operation[],
  style: LineStyle,
  last: LastColumn,
): string {
  const rows = groups(operations, style, last).map((group) => rowOf(group, last));
  const width = {
    kind: longest(['attach', ...rows.map(({ kind }) => kind)]),
    subject: longest(rows.map(({ subject }) => subject)),
    reason: longest(rows.map(({ reason }) => reason)),
  };
  return rows
    .map(({ sign, kind, subject, reason, end }) => {
      const start = paint(style, signColour[sign], `  ${sign} ${kind.padEnd(width.kind)}`);
      const middle = `${subject.padEnd(width.subject)}  ${reason.padEnd(width.reason)}`;
      return `${`${start}  ${middle}  ${end}`.trimEnd()}\n`;
    })
    .join('');
}

interface Group {
  readonly operations: readonly Operation[];
  /** Of the first. */
  readonly index: number;
}

function groups(
  operations: readonly Operation[],
  { verbose = false }: LineStyle,
  last: LastColumn,
): readonly Group[] {
  const found: { key: string; operations: Operation[]; index: number }[] = [];
  for (const [index, operation] of operations.entries()) {
    const key = keyOf(operation, last.key?.(index) ?? '');
    const open = found.at(-1);
    if (open?.key === key) open.operations.push(operation);
    else found.push({ key, operations: [operation], index });
  }
  return found.flatMap((group) => {
    if (!verbose && group.operations.length > mostShown) return [group];
    return group.operations.map((operation, at) => ({
      operations: [operation],
      index: group.index + at,
    }));
  });
}

function keyOf(operation: Operation, key: string): string {
  const { kind, object, program = '', target, reason, pin } = operation;
  if (target === undefined) return pin;
  return [kind, object, program, reasonText(reason), subjectOfMany([operation]), key].join('\n');
}

interface Row {
  readonly sign: Sign;
  readonly kind: string;
  readonly subject: string;
  readonly reason: string;
  readonly end: string;
}

function rowOf({ operations, index }: Group, last: LastColumn): Row {
  const [first] = operations;
  if (first === undefined) throw new Error('a group is never empty');
  const isOne = operations.length === 1;
  return {
    sign: signOf(first),
    kind: first.kind,
    subject: printable(isOne ? subjectOf(first) : subjectOfMany(operations)),
    reason: printable(reasonText(first.reason)),
    end: isOne ? last.of(first, index) : last.ofMany(operations, index),
  };
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}
