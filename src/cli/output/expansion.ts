import { quoted } from '../../base/diagnostic.ts';
import type { Absence, AbsentTarget, Expansion, LeftOut } from '../../state/expansion.ts';
import type { LineStyle } from './operation-lines.ts';
import { printable } from './printable.ts';

/** So many functions are named; of more, only their number is said. */
const mostNamed = 8;

/** What became of targets that the manifest leaves open, for people: a line a program, and one for each that is missing. */
export function expansionLines(expansions: readonly Expansion[], { verbose }: LineStyle): string {
  const lines = expansions.flatMap((expansion) => [
    ...(isOnlyAbsent(expansion) ? [] : [expansionText(expansion, verbose ?? false)]),
    ...expansion.absent.map((absent) => `${subjectOf(expansion)} -> ${absentText(absent)}`),
    ...expansion.sameTag.map((one) => `${subjectOf(expansion)} -> ${sameTagText(one)}`),
  ]);
  return lines.map((line) => `  = ${printable(line)}\n`).join('');
}

/** The same facts for programs. */
export function expansionFacts(expansion: Expansion): object {
  const { object, program, targets, patterns, excluded, idle, leftOut, absent, sameTag } =
    expansion;
  return {
    object,
    program,
    patterns,
    targets,
    excluded,
    idle_exclusions: idle,
    left_out: leftOut,
    absent: absent.map(({ target, state, why }) => ({ target, state, reason: why })),
    same_tag: sameTag,
  };
}

/** E.g. `skipped: no such function`, or `waiting for module "nf_conntrack"`. */
export function absenceText({ state, why }: Pick<AbsentTarget, 'state' | 'why'>): string {
  if (state === 'waiting' && why.code === 'no-such-module') {
    return `waiting for module ${quoted(why.module)}`;
  }
  if (state === 'waiting' && why.code === 'no-such-program') return `waiting for ${why.program}`;
  return `${state}: ${whyText(why)}`;
}

function subjectOf({ object, program }: Expansion): string {
  return `${object}/${program}`;
}

function isOnlyAbsent({ patterns, targets, excluded, leftOut }: Expansion): boolean {
  return patterns.length + targets.length + excluded + leftOut.length === 0;
}

function absentText(absent: AbsentTarget): string {
  return `${absent.target}: ${absenceText(absent)}`;
}

function sameTagText({ target, older }: Expansion['sameTag'][number]): string {
  const others =
    older.length === 1 ? `program ${older[0]} has` : `programs ${older.join(', ')} have`;
  return `${target}: the program that was loaded last; ${others} the same tag`;
}

function whyText(why: Absence): string {
  switch (why.code) {
    case 'no-such-function':
      return 'no such function';
    case 'no-such-module':
      return `no module ${quoted(why.module)} with BTF`;
    case 'no-such-program':
      return 'no such program';
    case 'no-btf':
    case 'no-symbol':
      return why.text;
    case 'none-attachable':
      return `none of the ${why.matching} that match can be attached to`;
  }
}

/** E.g. `opens/count: 20 functions of "tcp_v4_*"; 1 excluded; 12 functions left out: 9 cannot be traced, 3 dangerous`. */
function expansionText(expansion: Expansion, verbose: boolean): string {
  const { targets, patterns, excluded, idle, leftOut } = expansion;
  const isShort = verbose || targets.length <= mostNamed;
  const parts = [
    `${functions(targets.length)}${ofPatterns(patterns)}`,
    ...(excluded === 0 ? [] : [`${excluded} excluded`]),
    ...idle.map((exclusion) => `${quoted(exclusion)} leaves nothing out`),
    ...(leftOut.length === 0
      ? []
      : [`${functions(leftOut.length)} left out: ${countsText(leftOut)}`]),
  ];
  const names = isShort && targets.length > 0 ? `: ${targets.join(', ')}` : '';
  const [first = '', ...others] = parts;
  return `${subjectOf(expansion)} -> ${[`${first}${names}`, ...others].join('; ')}`;
}

function ofPatterns(patterns: Expansion['patterns']): string {
  const [first, ...others] = patterns;
  if (first === undefined) return '';
  if (others.length === 0) return ` of ${quoted(first.pattern)}`;
  return ` (${patterns.map(({ pattern, count }) => `${quoted(pattern)} ${count}`).join(', ')})`;
}

function functions(count: number): string {
  return count === 1 ? '1 function' : `${count} functions`;
}

function countsText(leftOut: readonly LeftOut[]): string {
  const counts = new Map<LeftOut['code'], number>();
  for (const { code } of leftOut) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
    .map(([code, count]) => `${count} ${leftOutText[code]}`)
    .join(', ');
}

const leftOutText = {
  dangerous: 'dangerous',
  ambiguous: 'of an ambiguous name',
  'no-symbol': 'without a symbol of that name',
  'not-traceable': 'cannot be traced',
  'too-many-arguments': 'with too many arguments',
  'unsupported-argument': 'with an argument of an unsupported type',
  denied: 'denied by the kernel',
  signature: 'of another prototype',
} as const satisfies Record<LeftOut['code'], string>;
