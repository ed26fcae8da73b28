import type { MapDescription, ObjectInfo } from '../../state/object-info.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';
import { table } from './table.ts';

/** An object file's contents for people: three tables. */
export function renderObject(file: string, info: ObjectInfo, style: Style): string {
  const parts = [
    part('programs', ['NAME', 'SECTION', 'TYPE', 'INSTRUCTIONS'], programRows(info), style),
    part('maps', ['NAME', 'TYPE', 'KEY', 'VALUE', 'MAX ENTRIES'], info.maps.map(mapRow), style),
    part('globals', ['NAME', 'SECTION', 'TYPE', 'BYTES'], globalRows(info), style),
  ];
  return `${printable(file)}\n${parts.join('')}`;
}

function part(
  title: string,
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const cells = rows.map((row) => row.map(printable));
  const body =
    rows.length === 0 ? '  none\n' : table(heading, cells).replaceAll(/^/gm, '  ').trimEnd();
  return `\n${paint(style, 'bold', title)}\n${body.trimEnd()}\n`;
}

function programRows(info: ObjectInfo): readonly (readonly string[])[] {
  return info.programs.map(({ name, section, attachType, sleepable, instructions }) => [
    name,
    section,
    `${attachType ?? 'other'}${sleepable ? ', sleepable' : ''}`,
    String(instructions),
  ]);
}

function mapRow({
  name,
  type,
  keySize,
  valueSize,
  maxEntries,
  keyType,
  valueType,
}: MapDescription): readonly string[] {
  return [name, type, sized(keyType, keySize), sized(valueType, valueSize), String(maxEntries)];
}

function globalRows(info: ObjectInfo): readonly (readonly string[])[] {
  return info.globals.map(({ name, section, type, size }) => [name, section, type, String(size)]);
}

function sized(type: string | undefined, bytes: number): string {
  if (bytes === 0) return '-';
  return type === undefined ? `${bytes} B` : `${type} (${bytes} B)`;
}
