/** `I`: guest time counts instructions, and repeats to the percent; `W`: the ordinary clock. */
export type Mode = 'I' | 'W';

/** What is measured. */
export const works = [
  'start', // a process that does nothing
  'object', // one object with N programs: load, attach, pin
  'program', // one program on N functions: load, attach, pin
  'no-op', // the same again
  'replace', // a new version of an object with N attached programs
  'remove', // detach and unpin
] as const;

export type Work = (typeof works)[number];

/** One thing to be done by all that can do it. */
export interface Case {
  readonly work: Work;
  readonly size: number;
}

/** What a run came to. Times are nanoseconds, sizes are bytes. */
export interface Sample extends Case {
  readonly mode: Mode;
  readonly peer: string;
  readonly round: number;
  readonly status: number;
  readonly wall: number;
  readonly cpu: number;
  readonly rss: number;
  /** Of bpf(2), counted in a run of its own. */
  readonly calls?: number;
  /** The last that a run that failed said. */
  readonly remark?: string;
}

/** What the guest reports, one a line. */
export type Line =
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'version'; readonly peer: string; readonly version: string }
  | { readonly kind: 'absent'; readonly peer: string; readonly reason: string };
