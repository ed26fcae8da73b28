import type { CatalogFunction } from './function-catalog.ts';

/** What is attached to functions by now, whoever attached it. */
export interface FunctionLinks {
  /** How many links a function takes, of all kinds together; `undefined` where this kernel does not tell. */
  readonly limit: number | undefined;
  /** Ids of the links on a function; `undefined` where the kernel does not let us see them. */
  on(target: CatalogFunction): readonly number[] | undefined;
}
