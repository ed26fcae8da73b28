/**
 * A C value as plain data, by its BTF type:
 *
 * - integers of up to 32 bits are numbers, wider ones and pointers bigints; `_Bool` is a boolean;
 * - an enum is the name of its value, or a number (of 8 bytes: a bigint) where that value has no name;
 * - `float` and `double` are numbers;
 * - `char[]` is a string: UTF-8 up to the first NUL, or all of it; what is no UTF-8 becomes U+FFFD;
 * - an array of unsigned bytes (`unsigned char`, `__u8`, …) is a `Uint8Array`, since it holds addresses and digests
 *   rather than text; other arrays are lists, those of several dimensions lists of lists where the compiler kept them;
 * - structs and unions are objects by member name, the members of one without a name being its outer's, as in C;
 * - what has no BTF is bytes.
 *
 * `const`, `volatile`, typedefs and tags change nothing. What is taken in place of these is with `encodeValue`.
 */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [member: string]: Value };
