import type { PinPath } from '../../src/state/ids.ts';
import type { AttachType } from '../../src/state/object-info.ts';
import type { Tree } from './bpf-filesystem.ts';
import { entryAt, missingDirectories, newTree, put } from './bpf-filesystem.ts';
import { Faults } from './faults.ts';
import type { Link, Thing } from './things.ts';
import { drop, hold, runBy } from './things.ts';

/** All of a kernel in memory; plain data, so that it can be copied as it is. */
export interface State {
  readonly tree: Tree;
  /** Those with references are attached. */
  readonly links: Set<Link>;
  /** What the process at work holds by an fd, one reference each. */
  readonly held: Thing[];
  nextId: number;
}

/** One program that is attached. */
export interface Running {
  readonly object: string;
  readonly program: string;
  readonly target: string;
  readonly programId: number;
  readonly linkId: number;
  readonly attachType: AttachType;
}

/** Keeps a thing until the call ends. */
export type Own = <T extends Thing>(thing: T) => T;

/** The state and the small steps that change it: before each a fault can be put, after each is noted what is attached. */
export class Machine {
  readonly faults = new Faults();
  readonly history: (readonly Running[])[] = [];
  readonly state: State;

  constructor(state: State = { tree: newTree(), links: new Set(), held: [], nextId: 1 }) {
    this.state = state;
  }

  /** What is left when the process at work has died; nothing in it is shared with this one. */
  afterDeath(): Machine {
    const state = structuredClone(this.state);
    for (const thing of state.held.splice(0)) drop(thing);
    for (const link of state.links) if (link.references === 0) state.links.delete(link);
    for (const entry of state.tree.values()) if (entry.kind === 'directory') entry.locked = false;
    return new Machine(state);
  }

  running(): readonly Running[] {
    return [...this.state.links].flatMap(runningOf);
  }

  step<Result>(doing: string, change: () => Result, canFail = true): Result {
    this.faults.before({ doing, canFail });
    try {
      return change();
    } finally {
      this.history.push(this.running());
    }
  }

  makeDirectories(directory: PinPath): void {
    for (const path of missingDirectories(this.state.tree, directory)) {
      this.step(`make "${path}"`, () =>
        put(this.state.tree, path, { kind: 'directory', locked: false }),
      );
    }
  }

  pin(thing: Thing, path: PinPath): PinPath {
    this.step(`pin "${path}"`, () => {
      put(this.state.tree, path, { kind: 'pin', thing });
      hold(thing);
    });
    return path;
  }

  writeNote(path: PinPath, text: string): PinPath {
    this.step(`write "${path}"`, () => put(this.state.tree, path, { kind: 'note', text }));
    return path;
  }

  /** Cleaning up after a failure; no step of its own. */
  unpin(path: PinPath): void {
    const entry = entryAt(this.state.tree, path);
    this.state.tree.delete(path);
    if (entry.kind === 'pin') drop(entry.thing);
  }

  /** What a call makes is the process's own until the call ends: if it is killed before, that goes. */
  withOwn<Result>(call: (own: Own) => Result): Result {
    const mine: Thing[] = [];
    const own: Own = (thing) => {
      mine.push(thing);
      this.state.held.push(hold(thing));
      return thing;
    };
    try {
      return call(own);
    } finally {
      if (!this.faults.hasCrashed) for (const thing of mine) this.close(thing);
    }
  }

  close(thing: Thing): void {
    this.state.held.splice(this.state.held.indexOf(thing), 1);
    drop(thing);
  }
}

function runningOf(link: Link): readonly Running[] {
  const program = link.references === 0 ? undefined : runBy(link);
  if (program === undefined) return [];
  const { object, program: name, target } = program.of;
  const { id: linkId, attachType } = link;
  return [{ object, program: name, target, programId: program.id, linkId, attachType }];
}
