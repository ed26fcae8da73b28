import type { Problem } from '../base/diagnostic.ts';

/** A value as a manifest writes it; whole numbers beyond 2^53 are bigints. */
export type SettingValue =
  | null
  | number
  | bigint
  | boolean
  | string
  | readonly SettingValue[]
  | { readonly [name: string]: SettingValue };

/** Values for an object's global variables, by name. */
export type GlobalValues = { readonly [name: string]: SettingValue };

/** How many entries maps have, by name. */
export type MaxEntries = { readonly [name: string]: number };

/** What is loaded otherwise than the object file says. */
export interface ObjectSettings {
  readonly globals: GlobalValues;
  readonly maxEntries: MaxEntries;
}

/** Something wrong with a value, and where in it: names of members and indices, the variable's name first. */
export interface GlobalProblem extends Problem {
  readonly path: readonly (string | number)[];
  /** Whether it is the last name of the path that is wrong, or the value there. */
  readonly of: 'key' | 'value';
}
