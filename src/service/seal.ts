import { createHash } from 'node:crypto';

const sealed = /^# Written by "fentryctl install" \(([0-9a-f]{64})\)[^\n]*\n/;

/** The text below a line with its digest: whoever edits it afterwards breaks the seal. */
export function seal(name: string, text: string): string {
  return `# Written by "fentryctl install" (${digestOf(text)}); to change it: systemctl edit ${name}\n${text}`;
}

/** Whether all of it is as we wrote it, in whichever version. */
export function isSealed(contents: string): boolean {
  const [line = '', digest] = sealed.exec(contents) ?? [];
  return digest === digestOf(contents.slice(line.length));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
