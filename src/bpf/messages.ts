/** What libbpf printed, without the verifier's log and libbpf's prefix. */
function ownLines(messages: string): readonly string[] {
  return messages
    .replace(/-- BEGIN PROG LOAD LOG --[\s\S]*?-- END PROG LOAD LOG --/g, '')
    .split('\n')
    .map((line) => line.replace(/^libbpf: /, '').trim())
    .filter((line) => line !== '');
}

/** The first thing libbpf complained about: the later lines say only that the whole failed too. */
export function reasonFromMessages(messages: string | undefined): string | undefined {
  return messages === undefined ? undefined : ownLines(messages)[0];
}

/** The verifier's log, whole; `undefined` when the verifier had nothing to say. */
export function verifierLog(messages: string | undefined): string | undefined {
  const match = /-- BEGIN PROG LOAD LOG --\n([\s\S]*?)-- END PROG LOAD LOG --/.exec(messages ?? '');
  const log = match?.[1]?.trimEnd();
  return log === '' ? undefined : log;
}

export interface VerifierSummary {
  /** The line that tells why. */
  readonly telling: string;
  /** How many other lines the log has. */
  readonly omitted: number;
}

/** Lines that show the state or count, rather than complain. */
const scenery =
  /^(?:\d+: |\s*R\d+[_=]|;|\s*$|from \d+ to|regs=|last_idx|parent |processed \d+|mark_precise|stack depth|verification time|arg#\d+ )/;

/**
 * The line of a verifier's log that says why it refused: the first of the complaints at its end.
 * Linux 7.3 adds a long report, from `Verification failed:` on, behind the complaint.
 */
export function summariseVerifierLog(log: string): VerifierSummary {
  const lines = log.split('\n');
  const report = lines.findIndex((line) => line.startsWith('Verification failed:'));
  const considered = report === -1 ? lines : lines.slice(0, report);
  const last = considered.findLastIndex((line) => !scenery.test(line));
  if (last === -1) return { telling: lines.at(-1) ?? '', omitted: lines.length - 1 };
  const before = considered.slice(0, last).findLastIndex((line) => scenery.test(line));
  return { telling: (considered[before + 1] ?? '').trim(), omitted: lines.length - 1 };
}
