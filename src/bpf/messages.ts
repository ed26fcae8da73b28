/** What libbpf printed, without its prefix. */
function ownLines(messages: string): readonly string[] {
  return messages
    .split('\n')
    .map((line) => line.replace(/^libbpf: /, '').trim())
    .filter((line) => line !== '');
}

/** The first thing libbpf complained about: the later lines say only that the whole failed too. */
export function reasonFromMessages(messages: string | undefined): string | undefined {
  return messages === undefined ? undefined : ownLines(messages)[0];
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

/** Said of many programs that are fine, before the first instruction (seen on 6.1): the reason only where no other is. */
const notice = /^reg type unsupported for arg#/;

/**
 * The line of a verifier's log that says why it refused: the first of the complaints at its end.
 * Linux 7.3 adds a long report, from `Verification failed:` on, behind the complaint.
 * `undefined` when it complains of nothing.
 */
export function summariseVerifierLog(log: string): VerifierSummary | undefined {
  const lines = log.split('\n');
  const report = lines.findIndex((line) => line.startsWith('Verification failed:'));
  const considered = report === -1 ? lines : lines.slice(0, report);
  const last = considered.findLastIndex((line) => !scenery.test(line));
  if (last === -1) return undefined;
  const before = considered.slice(0, last).findLastIndex((line) => scenery.test(line));
  const complaints = considered.slice(before + 1, last + 1);
  const telling = complaints.find((line) => !notice.test(line)) ?? complaints[0] ?? '';
  return { telling: telling.trim(), omitted: lines.length - 1 };
}
