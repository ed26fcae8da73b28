/**
 * A C value as plain data, by its BTF type. Integers of up to 32 bits are numbers, wider ones and pointers bigints;
 * `_Bool` is a boolean, an enum the name of its value (a number where it has none), `char[]` a string, other arrays
 * are lists, structs and unions objects by member name, floating point is a number. What has no BTF is bytes.
 */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [member: string]: Value };
