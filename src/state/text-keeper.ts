/** Keeps what the kernel tells, and what was made of it, between runs, each under a name. */
export interface TextKeeper {
  /** The last that was kept under that name; `undefined`: there is none. */
  readonly read: (name: string) => Buffer | undefined;
  readonly keep: (name: string, contents: Buffer) => void;
}
