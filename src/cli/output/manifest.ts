import path from 'node:path';
import type { MapDescription, ObjectInfo, ProgramDescription } from '../../state/object-info.ts';
import { printable } from './printable.ts';
import { scalar } from './yaml-scalar.ts';

export interface DescribedObject {
  /** As given on the command line. */
  readonly file: string;
  readonly info: ObjectInfo;
}

/** A manifest with all that could be set, in comments; it is valid as soon as each program has a target. */
export function renderManifest(objects: readonly DescribedObject[]): string {
  const names = namesOf(objects.map(({ file }) => file));
  const [name = ''] = names;
  return `version: 1
name: ${scalar(name)} # the directory of its pins; letters, digits, "_" and "-"
objects:
${objects.map((object, index) => objectLines(object, names[index] ?? name)).join('')}`;
}

/** The same as a value, without comments, and without what has no target yet; a manifest too, once written as JSON. */
export function manifestFacts(objects: readonly DescribedObject[]): object {
  const names = namesOf(objects.map(({ file }) => file));
  const entries = objects.map(({ file, info }, index) => {
    const targets = info.programs.flatMap(({ name, attachType, sectionTarget }) =>
      attachType === undefined || sectionTarget === undefined ? [] : [[name, sectionTarget]],
    );
    return [names[index], { file, programs: Object.fromEntries(targets) as object }] as const;
  });
  return { version: 1, name: names[0], objects: Object.fromEntries(entries) as object };
}

function objectLines({ file, info }: DescribedObject, name: string): string {
  const { programs } = info;
  return `  ${scalar(name)}:
    file: ${scalar(file)} # relative to this manifest
    # sha256: … # refuses any other bytes, see sha256sum(1)
${settingLines(info)}    programs:
${programs.map(programLine).join('')}`;
}

/** What could be set of an object, all in comments. */
export function settingLines({ globals, maps }: Pick<ObjectInfo, 'globals' | 'maps'>): string {
  const variables = globals.map(({ name, type }) => `${scalar(name)}: … # ${printable(type)}`);
  const named = maps.filter(({ internal }) => !internal);
  return `${section('globals', variables)}${section('maps', named.map(mapLine))}`;
}

/** In comments: what is not set keeps the value of the object file. */
function section(key: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `    # ${key}:\n${lines.map((line) => `    #   ${line}\n`).join('')}`;
}

function mapLine({ name, type, maxEntries, keyType, valueType }: MapDescription): string {
  const types = [keyType, valueType].flatMap((text) => text ?? []).join(' → ');
  return `${scalar(name)}: { max_entries: ${maxEntries} } # ${type}${types === '' ? '' : `, ${printable(types)}`}`;
}

function programLine({
  name,
  section: where,
  attachType,
  sectionTarget,
}: ProgramDescription): string {
  if (attachType === undefined)
    return `      # ${scalar(name)}: its section "${printable(where)}" is neither fentry nor fexit\n`;
  if (sectionTarget === undefined)
    return `      # ${scalar(name)}: FUNCTION # ${attachType}; its section names none, choose one\n`;
  return `      ${scalar(name)}: ${scalar(sectionTarget)} # ${attachType}\n`;
}

/** A name for each object, after its file. */
function namesOf(files: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return files.map((file) => {
    const base = path.basename(file).replace(/(?:\.bpf)?\.o$/, '');
    const name = base.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60) || 'object';
    const free = [name, ...files.map((_, index) => `${name}-${index + 2}`)].find(
      (candidate) => !used.has(candidate),
    );
    used.add(free ?? name);
    return free ?? name;
  });
}
