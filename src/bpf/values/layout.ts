/** How a C type lies in memory and what its plain value is: made once for a type, then followed for each value. */
export type Layout =
  | IntegerLayout
  | BooleanLayout
  | EnumLayout
  | FloatLayout
  | BytesLayout
  | ListLayout
  | StructLayout;

interface Common {
  /** The declared type as C writes it, without outer qualifiers, for messages. */
  readonly text: string;
  /** Bytes. */
  readonly size: number;
  /** How many plain values a reader makes of it, which bounds its work. */
  readonly leaves: number;
}

/** An integer of 1 to 16 bytes, or a pointer. */
export interface IntegerLayout extends Common {
  readonly kind: 'integer';
  /** All bits of it, or fewer in the older way of describing bitfields, `shift` bits after its start. */
  readonly bits: number;
  readonly shift: number;
  readonly isSigned: boolean;
  readonly isPointer: boolean;
}

/** `_Bool`. */
export interface BooleanLayout extends Common {
  readonly kind: 'boolean';
}

/** An enum of either width, its values as its sign has them. */
export interface EnumLayout extends Common {
  readonly kind: 'enum';
  readonly isSigned: boolean;
  readonly values: ReadonlyMap<string, bigint>;
  /** The first name of each value. */
  readonly names: ReadonlyMap<bigint, string>;
}

/** `float` (4 bytes) or `double` (8). */
export interface FloatLayout extends Common {
  readonly kind: 'float';
}

interface Elements extends Common {
  readonly element: Layout;
  readonly count: number;
}

/** `char[]`, which is text, or an array of unsigned bytes. */
export interface BytesLayout extends Elements {
  readonly kind: 'text' | 'bytes';
}

/** Any other array. */
export interface ListLayout extends Elements {
  readonly kind: 'list';
}

/** A struct or a union. */
export interface StructLayout extends Common {
  readonly kind: 'struct' | 'union';
  readonly members: readonly Member[];
  /** All names that a plain value can have: its members' and those of its members without a name. */
  readonly names: ReadonlySet<string>;
}

/** A value's place. */
export interface Slot {
  readonly layout: Layout;
  /** From the start of what it is in. */
  readonly bitOffset: number;
  /** Only of a bitfield: how many bits it has. */
  readonly bitfield?: number | undefined;
}

/** A member of a struct or union; the name is empty for a struct or union whose members count as the outer's. */
export interface Member extends Slot {
  readonly name: string;
}

/** Whether it is a struct or a union. */
export function hasMembers(layout: Layout): layout is StructLayout {
  return layout.kind === 'struct' || layout.kind === 'union';
}
