import process from 'node:process';
import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; only `y` or `yes` is a yes. */
export async function askOnTerminal(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
