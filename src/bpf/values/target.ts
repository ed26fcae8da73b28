import type { EbpfError } from '../ebpf-error.ts';
import type { Refusal } from './invalid-value.ts';
import { invalidValue } from './invalid-value.ts';
import type { Slot } from './layout.ts';

/** Bytes that are being written, and where in the plain value what is written next comes from. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly path: (string | number)[];
  /** Writes any value into its slot, `slot.bitOffset` bits from the start of the bytes. */
  readonly write: (target: Target, slot: Slot, value: unknown) => void;
}

/** Writes a part of a value: an element by its index, a member by its name. */
export function writePart(target: Target, part: string | number, slot: Slot, value: unknown): void {
  target.path.push(part);
  target.write(target, slot, value);
  target.path.pop();
}

/** The error of a value that does not fit where the target is. */
export function refuse(target: Target, refusal: Refusal): EbpfError {
  return invalidValue(target.path, refusal);
}
