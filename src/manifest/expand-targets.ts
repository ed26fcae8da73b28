import type { Problem } from '../base/diagnostic.ts';
import type { AbsentTarget, Expansion, LeftOut } from '../state/expansion.ts';
import type { NameTest } from '../base/glob.ts';
import { functionTest } from '../state/glob.ts';
import { byText } from './by-text.ts';
import type { Path } from './locate.ts';
import type { ManifestTarget, ManifestTargets } from './manifest.ts';
import type { Blocked, Found, FoundFunction, TargetSearch } from './target-search.ts';
import type { ProgramItem } from './program-target.ts';
import { missingInProgram } from './program-target.ts';
import { allExcluded, cannotAttach, noAlternative, noneFits, tooMany } from './target-problems.ts';

/** What a program's targets come to in this kernel. */
export interface Expanded extends Pick<
  Expansion,
  'patterns' | 'idle' | 'leftOut' | 'absent' | 'sameTag'
> {
  /** Each once, sorted by name. */
  readonly functions: readonly FoundFunction[];
  /** Names of functions that the other items give, and `!` leaves out; each once. */
  readonly excluded: readonly string[];
  /** All that is wrong, with its place. */
  readonly problems: readonly (readonly [path: Path, problem: Problem])[];
}

/** How closely names are looked at that may not be missing: `closely`, or as far as BTF tells. */
export type Look = 'closely' | 'in BTF';

/** Looks the targets of one program up: exclusions hold wherever they stand, so the order of the items makes no difference. */
export function expandTargets(
  targets: ManifestTargets,
  search: TargetSearch,
  look: Look = 'closely',
): Expanded {
  const expanded =
    targets.choose === 'first' ? firstOf(targets, search) : allOf(targets, search, look);
  const { functions, problems } = expanded;
  if (problems.length > 0 || functions.length <= targets.maxTargets) return expanded;
  return { ...expanded, problems: [[targets.path, tooMany(functions.length, targets)]] };
}

const nothing: Expanded = {
  functions: [],
  patterns: [],
  excluded: [],
  idle: [],
  leftOut: [],
  absent: [],
  sameTag: [],
  problems: [],
};

function allOf(targets: ManifestTargets, search: TargetSearch, look: Look): Expanded {
  const exclusions = targets.items.filter(({ kind }) => kind === 'exclusion');
  const tests = exclusions.map(({ text }) => functionTest(text));
  const isExcluded: NameTest = (name) => tests.some((test) => test(name));
  const parts = targets.items
    .filter(({ kind }) => kind !== 'exclusion')
    .map((item) => expandItem(targets, item, { search, look, isExcluded }));
  const all = parts.reduce(together, nothing);
  const isEmpty = all.functions.length + all.absent.length + all.problems.length === 0;
  const { path } = targets;
  return {
    ...all,
    functions: distinct(all.functions, ({ name }) => name),
    excluded: distinct(all.excluded, (name) => name),
    idle: exclusions.flatMap(({ text }, index) =>
      all.excluded.some((name) => tests[index]?.(name)) ? [] : `!${text}`,
    ),
    leftOut: distinct(all.leftOut, ({ target }) => target),
    problems: isEmpty ? [[path, allExcluded(parts.length > 0)]] : all.problems,
  };
}

interface Sight {
  readonly search: TargetSearch;
  readonly look: Look;
  readonly isExcluded: NameTest;
}

function expandItem(targets: ManifestTargets, item: ManifestTarget, sight: Sight): Expanded {
  if (item.kind === 'pattern') return expandPattern(targets, item, sight);
  if (item.kind === 'program') return expandProgram(targets, item, sight.search);
  if (sight.isExcluded(item.text)) return { ...nothing, excluded: [item.text] };
  return expandName(targets, item, sight);
}

function expandName(
  targets: ManifestTargets,
  item: ManifestTarget,
  { search, look }: Sight,
): Expanded {
  const mayTrust = look === 'in BTF' && targets.ifMissing === 'fail';
  const found = mayTrust ? search.exactInBtf(item.text, targets) : search.exact(item.text, targets);
  if ('function' in found) return { ...nothing, functions: [found.function] };
  if ('obstacle' in found) return { ...nothing, problems: [[item.path, cannotAttach(found)]] };
  return withoutItem(targets, item, search, found);
}

/** Nothing tells when a program comes that has no pin. */
function expandProgram(
  targets: ManifestTargets,
  item: ProgramItem,
  search: TargetSearch,
): Expanded {
  const found = search.inProgram(item, targets);
  if ('problem' in found) return { ...nothing, problems: [[item.path, found.problem]] };
  if ('function' in found) {
    const { older } = found;
    const sameTag = older.length === 0 ? [] : [{ target: item.text, older }];
    return { ...nothing, functions: [found.function], sameTag };
  }
  const isHopeless = targets.ifMissing === 'wait' && !('pin' in item.program);
  if (targets.ifMissing === 'fail' || isHopeless) {
    return { ...nothing, problems: [[item.path, missingInProgram(item, found)]] };
  }
  const state = targets.ifMissing === 'wait' ? 'waiting' : 'skipped';
  return { ...nothing, absent: [{ target: item.text, state, why: found.why }] };
}

function expandPattern(
  targets: ManifestTargets,
  item: ManifestTarget,
  { search, isExcluded }: Sight,
): Expanded {
  const all = search.matching(item.text, targets);
  const found = all.filter((one) => !isExcluded(nameOf(one)));
  const excluded = all.map(nameOf).filter(isExcluded);
  const functions = found.flatMap((one) => ('function' in one ? [one.function] : []));
  const leftOut = found.flatMap((one): LeftOut[] =>
    'obstacle' in one ? [{ target: one.of.name, code: one.obstacle.code }] : [],
  );
  const misfits = found.filter(
    (one): one is Blocked => 'obstacle' in one && one.obstacle.code === 'signature',
  );
  if (functions.length === 0 && misfits.length > 0 && targets.ifMissing === 'fail') {
    return { ...nothing, problems: [[item.path, noneFits(item.text, found.length, misfits)]] };
  }
  if (functions.length === 0 && (excluded.length === 0 || leftOut.length > 0)) {
    const missing = search.whyNone(item.text, leftOut.length);
    return { ...withoutItem(targets, item, search, missing), leftOut, excluded };
  }
  const patterns = [{ pattern: item.text, count: functions.length }];
  return { ...nothing, functions, patterns, leftOut, excluded };
}

function nameOf(found: Exclude<Found, { readonly why: unknown }>): string {
  return 'function' in found ? found.function.name : found.of.name;
}

/** What `if_missing` makes of an item that gives nothing. */
function withoutItem(
  targets: ManifestTargets,
  item: ManifestTarget,
  search: TargetSearch,
  { why }: Extract<Found, { readonly why: unknown }>,
): Expanded {
  const isHopeless = targets.ifMissing === 'wait' && !item.text.includes(':');
  if (targets.ifMissing === 'fail' || isHopeless) {
    return { ...nothing, problems: [[item.path, search.explain(item.text, why, isHopeless)]] };
  }
  return { ...nothing, absent: [absentItem(targets, item, why)] };
}

/** No module brings a function of the kernel itself. */
function absentItem(
  { ifMissing }: ManifestTargets,
  { text }: ManifestTarget,
  why: AbsentTarget['why'],
): AbsentTarget {
  const isWaiting = ifMissing === 'wait' && text.includes(':');
  return { target: text, state: isWaiting ? 'waiting' : 'skipped', why };
}

/** What has an obstacle is passed over as what is missing is. */
function firstOf(targets: ManifestTargets, search: TargetSearch): Expanded {
  const found = targets.items.map((item) => ({ item, ...search.exact(item.text, targets) }));
  const first = found.find((one) => 'function' in one);
  if (first !== undefined && 'function' in first)
    return { ...nothing, functions: [first.function] };
  const canCome = targets.items.some(({ text }) => text.includes(':'));
  if (targets.ifMissing === 'fail' || (targets.ifMissing === 'wait' && !canCome)) {
    return { ...nothing, problems: [[targets.path, noAlternative(found, targets)]] };
  }
  return {
    ...nothing,
    leftOut: found.flatMap((one) =>
      'obstacle' in one ? [{ target: one.of.name, code: one.obstacle.code }] : [],
    ),
    absent: found.flatMap((one) => ('why' in one ? [absentItem(targets, one.item, one.why)] : [])),
  };
}

function together(a: Expanded, b: Expanded): Expanded {
  return {
    functions: [...a.functions, ...b.functions],
    patterns: [...a.patterns, ...b.patterns],
    excluded: [...a.excluded, ...b.excluded],
    idle: [],
    leftOut: [...a.leftOut, ...b.leftOut],
    absent: [...a.absent, ...b.absent],
    sameTag: [...a.sameTag, ...b.sameTag],
    problems: [...a.problems, ...b.problems],
  };
}

function distinct<Item>(items: readonly Item[], nameOfItem: (item: Item) => string): Item[] {
  const byName = new Map(items.map((item) => [nameOfItem(item), item]));
  return [...byName].toSorted(([a], [b]) => byText(a, b)).map(([, item]) => item);
}
