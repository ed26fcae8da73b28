import type { Finding } from '../../doctor/finding.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';

const colours = { ok: 'green', warning: 'yellow', error: 'red' } as const;

/** For people: a line for each check, a line below it that mends it, and what it all comes to. */
export function renderFindings(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, level, text, fix }) => {
    const line = `${paint(style, colours[level], level.padEnd(7))}  ${check.padEnd(width)}  ${printable(text)}\n`;
    const cure = fix === undefined ? '' : `${' '.repeat(width + 11)}fix: ${printable(fix)}\n`;
    return `${line}${cure}`;
  });
  return `${lines.join('')}${summary(findings)}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['level']): number =>
    findings.filter(({ level }) => level === wanted).length;
  const warnings = count('warning');
  const also = warnings === 0 ? '' : `, with ${plural(warnings, 'warning')}`;
  const errors = count('error');
  if (errors === 0) return `this machine can run fentry programs${also}`;
  return `this machine cannot run fentry programs from here: ${plural(errors, 'error')}${also}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
