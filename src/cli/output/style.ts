import process from 'node:process';
import { styleText } from 'node:util';

/** Whether to colour, decided once per stream: only on a terminal and without NO_COLOR (no-color.org). */
export interface Style {
  readonly colour: boolean;
}

export function style(stream: { readonly isTTY?: boolean }): Style {
  const refused = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return { colour: stream.isTTY === true && !refused };
}

type Paint = 'green' | 'yellow' | 'red' | 'bold' | 'dim' | 'cyan';

export function paint({ colour }: Style, format: Paint, text: string): string {
  return colour ? styleText(format, text, { validateStream: false }) : text;
}
