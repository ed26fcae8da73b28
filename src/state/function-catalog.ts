/** The functions that this kernel's BTF knows. */
export interface FunctionCatalog {
  /** BTF ids of the functions of that exact name: none, one, or several (static functions may share a name). */
  find(name: string): readonly number[];
  names(): Iterable<string>;
}
