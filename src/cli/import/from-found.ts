import path from 'node:path';
import { isName } from '../../state/ids.ts';
import type { FoundPins, FoundProgram } from '../../state/found-program.ts';
import type { Draft, DraftObject, DraftProgram } from './draft.ts';

/** A name that a manifest takes for a program (the schema's `programName`). */
const programName = /^[A-Za-z_]\w{0,127}$/;

/** What others pinned below a directory, as a manifest to move over with. */
export function draftOfFound(directory: string, { programs, others }: FoundPins): Draft {
  const fit = programs.filter(({ name }) => programName.test(name));
  const unfit = programs.filter(({ name }) => !programName.test(name));
  const groups = groupsOf(fit);
  const names = namesOf(groups);
  const base = path.basename(directory);
  return {
    name: isName(base) && base !== 'bpf' ? base : 'imported',
    comments: [
      `what others pinned below ${directory}`,
      'The kernel does not tell which object files they are from, nor their globals: name the files, and compare with "fentryctl inspect".',
      'To move over without a gap: "fentryctl apply" this manifest, so that both run, then "rm" the pins that are named here.',
      ...unfit.map(
        (one) => `left out: program ${one.id}, "${one.name}": no manifest takes that name`,
      ),
      ...others.map((other) => `left alone: ${other.path}, ${other.what}`),
    ],
    objects: groups.map((group, index) => objectOf(names[index] ?? 'object', group)),
  };
}

/** The programs of one object that was loaded have its BTF in common. */
function groupsOf(programs: readonly FoundProgram[]): readonly (readonly FoundProgram[])[] {
  const groups = new Map<string, FoundProgram[]>();
  for (const program of programs) {
    const key = program.btfId === undefined ? `program ${program.id}` : `btf ${program.btfId}`;
    groups.set(key, [...(groups.get(key) ?? []), program]);
  }
  return [...groups.values()];
}

/** After where the first of each is pinned. */
function namesOf(groups: readonly (readonly FoundProgram[])[]): readonly string[] {
  const used = new Set<string>();
  return groups.map((group) => {
    const [first] = group.flatMap(({ pins, links }) => [...pins, ...links.map(({ pin }) => pin)]);
    const wish =
      group.length === 1 ? path.basename(first ?? '') : path.basename(path.dirname(first ?? ''));
    const name = wish.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60) || 'object';
    const free = [name, ...groups.map((_, index) => `${name}-${index + 2}`)].find(
      (one) => !used.has(one),
    );
    used.add(free ?? name);
    return free ?? name;
  });
}

function objectOf(name: string, programs: readonly FoundProgram[]): DraftObject {
  const names = [...new Set(programs.map((program) => program.name))];
  const maps = [...new Set(programs.flatMap((program) => program.maps))];
  const has = `the file with ${names.map((one) => `"${one}"`).join(', ')}`;
  return {
    name,
    file: 'CHANGE-ME.bpf.o',
    comments: [maps.length === 0 ? has : `${has}; its maps: ${maps.join(', ')}`],
    sha256: undefined,
    maxEntries: {},
    unset: undefined,
    programs: names.map((one) => programOf(one, programs)),
  };
}

/** One program on several functions was loaded for each. */
function programOf(name: string, programs: readonly FoundProgram[]): DraftProgram {
  const loaded = programs.filter((program) => program.name === name);
  const isAttached = loaded.some(({ links }) => links.length > 0);
  return {
    name,
    comments: [
      ...loaded.map(describe),
      ...(loaded.every(({ isNameWhole }) => isNameWhole) || name.length < longestKernelName
        ? []
        : ['the kernel tells only so much of its name: write the whole one']),
      ...(isAttached ? [] : ['no link of it is pinned here']),
    ],
    targets: [...new Set(loaded.map(({ target }) => target))],
    state: isAttached ? 'attached' : 'loaded',
    replace: undefined,
    protect: false,
  };
}

const longestKernelName = 15;

function describe({ id, tag, attachType, target, pins, links }: FoundProgram): string {
  const where = [
    ...pins.map((pin) => `pinned at ${pin}`),
    ...links.map((link) => `link ${link.id} at ${link.pin}`),
  ];
  const how = attachType === undefined ? '' : `${attachType} `;
  return `program ${id}, tag ${tag}, ${how}on ${target}: ${where.join(', ')}`;
}
