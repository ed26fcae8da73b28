import type { View } from './view.ts';

/** What else is known of a moment. */
export interface Notable {
  /** Where a BPF file system is hidden, if one is. */
  readonly hidden: string | undefined;
  /** What is wrong with the manifest by now. */
  readonly problem: string | undefined;
}

/** What to say besides the table, a line each. */
export function notesOf(view: View, { hidden, problem }: Notable): readonly string[] {
  const uncounted = view.programs.some((one) => one.state === 'attached' && one.runs === undefined);
  const notes = [
    view.isCounting
      ? undefined
      : 'run statistics are off: "sysctl kernel.bpf_stats_enabled=1" switches them on, and so does CAP_SYS_ADMIN meanwhile',
    uncounted
      ? 'what is attached by exchange is counted on its dispatcher, which takes CAP_SYS_ADMIN to read'
      : undefined,
    hidden === undefined
      ? undefined
      : `another file system is mounted over the BPF file system at "${hidden}": what is pinned there runs on, out of sight`,
    problem,
  ];
  return notes.filter((note) => note !== undefined);
}
