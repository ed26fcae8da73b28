import type { Diagnostic } from '../../base/diagnostic.ts';
import { excerpt } from './excerpt.ts';
import { printable } from './printable.ts';

export interface DiagnosticStyle {
  readonly colour: boolean;
  /** Also print what libbpf or the kernel said, in full. */
  readonly verbose?: boolean;
}

/**
 * Diagnostics for a terminal, one after the other: place and message, the line with a caret under the
 * problem, the hint. Nothing from a file reaches the terminal as a control character.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  style: DiagnosticStyle,
): string {
  return diagnostics.map((found) => `${linesOf(found, style).join('\n')}\n`).join('');
}

function linesOf(found: Diagnostic, { colour, verbose = false }: DiagnosticStyle): string[] {
  const paint = colour ? inColour : uncoloured;
  return [
    heading(found, paint),
    ...source(found, paint),
    ...hint(found, paint),
    ...log(found, verbose),
  ];
}

type Paint = (sgr: number, text: string) => string;

const bold = 1;
const red = 31;
const cyan = 36;

function inColour(sgr: number, text: string): string {
  return `\x1b[${sgr}m${text}\x1b[0m`;
}

function uncoloured(_sgr: number, text: string): string {
  return text;
}

function heading({ file, line, column, message }: Diagnostic, paint: Paint): string {
  const position = line === 0 ? '' : `:${line}:${column}`;
  return `${paint(bold, `${printable(file)}${position}:`)} ${printable(message)}`;
}

function source({ sourceLine, line, column, length }: Diagnostic, paint: Paint): string[] {
  if (sourceLine === undefined) return [];
  const { text, caret } = excerpt(sourceLine, column, length);
  const margin = ' '.repeat(String(line).length);
  const underline = caret.replace(/\^+/, (carets) => paint(red, carets));
  return [`  ${line} | ${text}`.trimEnd(), `  ${margin} | ${underline}`];
}

function hint(found: Diagnostic, paint: Paint): string[] {
  return found.hint === undefined ? [] : [`  ${paint(cyan, 'hint:')} ${printable(found.hint)}`];
}

function log(found: Diagnostic, verbose: boolean): string[] {
  if (!verbose || found.log === undefined) return [];
  return found.log
    .trimEnd()
    .split('\n')
    .map((line) => `  | ${printable(line)}`);
}
