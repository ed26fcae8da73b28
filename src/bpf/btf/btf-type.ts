/** Kinds of BTF types (include/uapi/linux/btf.h). */
export const BtfKind = {
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  function: 12,
  prototype: 13,
  variable: 14,
  section: 15,
  float: 16,
  declarationTag: 17,
  typeTag: 18,
  enum64: 19,
} as const;

/** A kind of type by its name here, e.g. `function` for the kernel's BTF_KIND_FUNC. */
export type BtfKindName = keyof typeof BtfKind;

/** One type, as it lies in the data; `sizeOrType` and `words` mean what its kind says. */
export interface BtfType {
  readonly id: number;
  readonly kind: number;
  readonly name: string;
  readonly memberCount: number;
  readonly flag: boolean;
  readonly sizeOrType: number;
  /** The 32-bit words behind the common part, in place: a struct's are as many as its members. */
  readonly words: ArrayLike<number>;
  /** One of these words; 0 where there is none. For whoever goes through a kernel's thousands: `words` makes a view each time. */
  word(index: number): number;
}

/** Types by id, and names by their place among the strings: all that is needed to follow a type. */
export interface BtfTypes {
  /** `undefined` for an id that is not there; 0 is `void` and is not there either. */
  type(id: number): BtfType | undefined;
  /** The name at a place, as members and parameters give it; empty for 0 and for a place that is not there. */
  nameAt(place: number): string;
}

/** Kinds that say something about another type and have its values: `const`, a typedef and their like. */
export function isModifier(kind: number): boolean {
  return kind === BtfKind.typedef || isQualifier(kind);
}

/** `const`, `volatile`, `restrict` and type tags, which have no name of their own in C. */
export function isQualifier(kind: number): boolean {
  return (
    kind === BtfKind.const ||
    kind === BtfKind.volatile ||
    kind === BtfKind.restrict ||
    kind === BtfKind.typeTag
  );
}
