import { EbpfError } from '../ebpf-error.ts';
import type { Path, Refusal } from './invalid-value.ts';
import { invalidValue } from './invalid-value.ts';
import type { Slot } from './layout.ts';

/** Bytes that are being written, and where in the plain value what is written next comes from. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly path: (string | number)[];
  /** Where every failure is noted; `undefined`: the first one is thrown. */
  readonly failures?: ValueFailure[] | undefined;
  /** Writes any value into its slot, `slot.bitOffset` bits from the start of the bytes. */
  readonly write: (target: Target, slot: Slot, value: unknown) => void;
}

/** What is wrong with a value, or with a part of it. */
export interface ValueFailure {
  readonly path: Path;
  /** Whether there is no part of the path's last name, or the value there does not fit. */
  readonly of: 'key' | 'value';
  readonly error: EbpfError;
}

/** Writes a part of a value: an element by its index, a member by its name. */
export function writePart(target: Target, part: string | number, slot: Slot, value: unknown): void {
  target.path.push(part);
  try {
    target.write(target, slot, value);
  } catch (error) {
    note(target, 'value', error);
  }
  target.path.pop();
}

/** Notes a failure of what is at the target's path, or throws it again where none is wanted but the first. */
export function note({ path, failures }: Target, of: ValueFailure['of'], error: unknown): void {
  if (failures === undefined || !(error instanceof EbpfError)) throw error;
  failures.push({ path: [...path], of, error });
}

/** The error of a value that does not fit where the target is. */
export function refuse(target: Target, refusal: Refusal): EbpfError {
  return invalidValue(target.path, refusal);
}
