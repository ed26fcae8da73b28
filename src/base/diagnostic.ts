/** One problem in something a person wrote, with its place and, where known, its cure. */
export interface Diagnostic extends Place, Problem {
  /** As the user named it. */
  readonly file: string;
}

/** A stretch of one line of a text. */
export interface Place {
  /** Counted from 1; 0 when the problem has no place within the file. */
  readonly line: number;
  /** Counted from 1, in characters as an editor counts them; 0 when there is no place. */
  readonly column: number;
  /** How many characters the caret underlines, at least 1. */
  readonly length: number;
  /** The text of the line in question, without its line break. */
  readonly sourceLine?: string | undefined;
}

/** What is wrong, apart from where. */
export interface Problem {
  /** What kind of problem, for programs; e.g. `unknown-key`. */
  readonly code: string;
  /** Lower case, values in double quotes, no full stop. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** What libbpf or the kernel said, in full. */
  readonly log?: string | undefined;
}

/** For a problem of a file as a whole: it is missing, say. */
export const nowhere: Place = { line: 0, column: 0, length: 1 };

/** A name or value in double quotes, for a message; cut when it is longer than anyone would read. */
export function quoted(text: string): string {
  return text.length > 100 ? `"${text.slice(0, 97)}..."` : `"${text}"`;
}

/** `"a", "b" and 3 more`: names for a message, at most ten of them, or as many as are said. */
export function listed(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).map(quoted).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
