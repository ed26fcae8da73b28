/** One problem in something a person wrote, with its place and, where known, its cure. */
export interface Diagnostic {
  readonly file: string;
  /** Counted from 1; 0 when the problem has no place within the file. */
  readonly line: number;
  /** Counted from 1, in characters as an editor counts them; 0 when there is no place. */
  readonly column: number;
  /** How many characters the caret underlines, at least 1. */
  readonly length: number;
  /** What kind of problem, for programs; e.g. `unknown-key`. */
  readonly code: string;
  /** Lower case, values in double quotes, no full stop. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The text of the line in question, without its line break. */
  readonly sourceLine?: string | undefined;
  /** What libbpf or the kernel said, in full. */
  readonly log?: string | undefined;
}
