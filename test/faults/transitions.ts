import type { DesiredProgram, DesiredObject } from '../../src/state/desired.ts';
import type { State, StateName } from './states.ts';

/** An edit of the manifest; each is also tried the other way round, which brings its start back. */
export interface Scenario {
  readonly title: string;
  readonly from: StateName;
  readonly to: StateName;
}

export const scenarios: readonly Scenario[] = [
  { title: 'create', from: 'nothing', to: 'base' },
  { title: 'object', from: 'base', to: 'object changed' },
  { title: 'target', from: 'base', to: 'target changed' },
  { title: 'globals', from: 'base', to: 'globals changed' },
  { title: 'remove', from: 'base', to: 'some removed' },
  { title: 'pause', from: 'base', to: 'some paused' },
  { title: 'all', from: 'base', to: 'all at once' },
];

/** A program on a target, and where it counts. */
export interface Place {
  readonly key: string;
  readonly object: string;
  readonly slot: number;
}

/** What an edit must not disturb. */
export interface Kept {
  /** Attached by a link that stays: unchanged, or replaced by exchange. They see each call once. */
  readonly once: readonly Place[];
  /** Replaced by overlap, or of another kind now: they see each call, some twice. */
  readonly atLeastOnce: readonly Place[];
}

export function keptBy(from: State, to: State): Kept {
  const before = programsOf(from);
  const after = new Map(programsOf(to).map((entry) => [entry.place.key, entry]));
  const both = before.flatMap((entry) => {
    const next = after.get(entry.place.key);
    if (next === undefined || next.isPaused || entry.isPaused) return [];
    const isSame = next.digest === entry.digest;
    const isExchanged = next.replace === 'exchange' && next.attachType === entry.attachType;
    return [{ place: entry.place, once: isSame || isExchanged }];
  });
  return {
    once: both.filter(({ once }) => once).map(({ place }) => place),
    atLeastOnce: both.filter(({ once }) => !once).map(({ place }) => place),
  };
}

interface Entry {
  readonly place: Place;
  readonly digest: string;
  readonly replace: DesiredProgram['replace'];
  readonly attachType: DesiredProgram['attachType'];
  readonly isPaused: boolean;
}

function programsOf(state: State): readonly Entry[] {
  return (state?.desired.objects ?? []).flatMap((object) => object.programs.map(entryOf(object)));
}

function entryOf({ name, digest }: DesiredObject) {
  return ({ program, target, replace, attachType, state }: DesiredProgram): Entry => {
    const slot = Number(program.slice(-1)) - 1; // a1 counts in slot 0
    const place = { key: `${name}/${program}/${target}`, object: name, slot };
    return { place, digest, replace, attachType, isPaused: state === 'paused' };
  };
}
