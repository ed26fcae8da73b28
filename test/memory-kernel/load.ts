import type { Loaded, Loader, LoaderRequest, LoadRequest } from '../../src/apply/kernel.ts';
import { FailedError } from '../../src/base/errors.ts';
import { isSameShape } from '../../src/state/map-shape.ts';
import type { MapName, PinPath } from '../../src/state/ids.ts';
import { parentOf, thingAt } from './bpf-filesystem.ts';
import type { Machine, Own } from './machine.ts';
import type { MemoryObject } from './memory-object.ts';
import type { BpfMap, Program } from './things.ts';
import { hold } from './things.ts';

/** Has the maps of its object, once it was opened, and holds them until it is closed. */
export class MemoryLoader implements Loader {
  readonly #machine: Machine;
  readonly #object: MemoryObject;
  readonly #request: LoaderRequest;
  #maps: readonly BpfMap[] | undefined;

  constructor(machine: Machine, object: MemoryObject, request: LoaderRequest) {
    this.#machine = machine;
    this.#object = object;
    this.#request = request;
  }

  /** Loads a program and pins all that belongs to it, or leaves nothing but directories. */
  load(request: LoadRequest): Loaded {
    const machine = this.#machine;
    const isFirst = this.#maps === undefined;
    machine.makeDirectories(parentOf(request.programPin));
    const created: PinPath[] = [];
    try {
      const program = machine.withOwn((own) => this.#loadAndPin(request, created, own));
      return { programId: program.id, created };
    } catch (error) {
      if (isFirst) this[Symbol.dispose]();
      if (!machine.faults.hasCrashed) for (const path of created) machine.unpin(path);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    const maps = this.#maps ?? [];
    this.#maps = undefined;
    if (!this.#machine.faults.hasCrashed) for (const map of maps) this.#machine.close(map);
  }

  /** The note comes before the program: a program that is pinned has all that belongs to it. */
  #loadAndPin(request: LoadRequest, created: PinPath[], own: Own): Program {
    const machine = this.#machine;
    const { note, object } = this.#request;
    const isFirst = this.#maps === undefined;
    this.#maps ??= this.#open(created, own);
    const start = { machine, of: { ...request, object }, maps: this.#maps };
    const program = own(machine.step('load', () => newProgram(this.#object, start)));
    if (isFirst && !machine.state.tree.has(note.pin)) {
      created.push(machine.writeNote(note.pin, note.text));
    }
    created.push(machine.pin(program, request.programPin));
    return program;
  }

  #open(created: PinPath[], own: Own): readonly BpfMap[] {
    const { maps, note } = this.#request;
    for (const { pin } of [...maps, note]) this.#machine.makeDirectories(parentOf(pin));
    const work = { machine: this.#machine, object: this.#object, maps, created };
    const made = makeMaps(work, own);
    this.#machine.state.held.push(...made.map(hold));
    return made;
  }
}

interface Work {
  readonly machine: Machine;
  readonly object: MemoryObject;
  readonly maps: LoaderRequest['maps'];
  readonly created: PinPath[];
}

/** Those that are pinned are looked at first: one that does not fit is found before anything is made. */
function makeMaps({ machine, object, maps, created }: Work, own: Own): readonly BpfMap[] {
  const pinned = maps.map(({ name, pin }) => pinnedMap(machine, object, name, pin));
  return maps.map(({ name, pin }, index) => {
    const there = pinned[index];
    if (there !== undefined) return there;
    const definition = definitionOf(object, name);
    const map = own<BpfMap>({
      kind: 'map',
      id: machine.state.nextId++,
      references: 0,
      definition,
      hits: 0,
    });
    created.push(machine.pin(map, pin));
    return map;
  });
}

function pinnedMap(
  machine: Machine,
  object: MemoryObject,
  name: MapName,
  pin: PinPath,
): BpfMap | undefined {
  if (!machine.state.tree.has(pin)) return undefined;
  const thing = thingAt(machine.state.tree, pin);
  if (thing.kind === 'map' && isSameShape(thing.definition, definitionOf(object, name))) {
    return thing;
  }
  throw new FailedError(`map "${name}" does not fit the one pinned at "${pin}"`);
}

function definitionOf(object: MemoryObject, name: MapName) {
  const definition = object.maps.get(name);
  if (definition === undefined) throw new Error(`object has no map "${name}"`);
  return definition;
}

interface ProgramStart {
  readonly machine: Machine;
  readonly of: Program['of'];
  readonly maps: readonly BpfMap[];
}

function newProgram(
  { rejected, untraceable }: MemoryObject,
  { machine: { state }, of, maps }: ProgramStart,
): Program {
  const { object, program, target, targetBtfId, home } = of;
  const log = rejected.get(program);
  if (log !== undefined) throw new FailedError('the verifier rejected it', { log });
  if (targetBtfId === 0) throw new FailedError(`function "${target}" is not in the kernel's BTF`);
  return {
    kind: 'program',
    id: state.nextId++,
    references: 0,
    of: { object, program, target, targetBtfId, home },
    maps: maps.map(hold),
    runCount: 0n,
    attached: false,
    untraceable: untraceable.has(target),
  };
}
