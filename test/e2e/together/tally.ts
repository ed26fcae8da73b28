const counts = new Map<string, Map<string, number>>();

/** Counts how something ended, to be told at the end of the test. */
export function tally(what: string, outcome: string | number | null): void {
  const of = counts.get(what) ?? new Map<string, number>();
  counts.set(what, of.set(String(outcome), (of.get(String(outcome)) ?? 0) + 1));
}

export function printTallies(): void {
  const lines = [...counts].map(([what, outcomes]) => {
    const text = [...outcomes].map(([outcome, count]) => `${count} x ${outcome}`);
    return `${what}: ${text.join(', ')}\n`;
  });
  counts.clear();
  process.stdout.write(lines.join(''));
}
