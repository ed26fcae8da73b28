import type { Loaded, LoadRequest } from '../../src/apply/kernel.ts';
import { FailedError } from '../../src/base/errors.ts';
import { isSameShape } from '../../src/state/map-shape.ts';
import type { MapName, PinPath } from '../../src/state/ids.ts';
import { parentOf, thingAt } from './bpf-filesystem.ts';
import type { Machine, Own } from './machine.ts';
import type { MemoryObject } from './memory-object.ts';
import type { BpfMap, Program } from './things.ts';
import { hold, programInfo } from './things.ts';

/** Loads a program and pins all that belongs to it, or leaves nothing but directories. */
export function load(machine: Machine, object: MemoryObject, request: LoadRequest): Loaded {
  const pins = [request.programPin, request.note.pin, ...request.maps.map((map) => map.pin)];
  for (const pin of pins) machine.makeDirectories(parentOf(pin));
  const created: PinPath[] = [];
  try {
    const program = machine.withOwn((own) =>
      loadAndPin({ machine, object, request, created }, own),
    );
    return { program: programInfo(program), created };
  } catch (error) {
    if (!machine.faults.hasCrashed) for (const path of created) machine.unpin(path);
    throw error;
  }
}

interface Work {
  readonly machine: Machine;
  readonly object: MemoryObject;
  readonly request: LoadRequest;
  readonly created: PinPath[];
}

/** The note comes before the program: a program that is pinned has all that belongs to it. */
function loadAndPin(work: Work, own: Own): Program {
  const { machine, object, request, created } = work;
  const { programPin, note } = request;
  const maps = makeMaps(work, own);
  const program = own(machine.step('load', () => newProgram(machine, object, request, maps)));
  if (!machine.state.tree.has(note.pin)) created.push(machine.writeNote(note.pin, note.text));
  created.push(machine.pin(program, programPin));
  return program;
}

/** Those that are pinned are looked at first: one that does not fit is found before anything is made. */
function makeMaps({ machine, object, request, created }: Work, own: Own): readonly BpfMap[] {
  const pinned = request.maps.map(({ name, pin }) => pinnedMap(machine, object, name, pin));
  return request.maps.map(({ name, pin }, index) => {
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

function newProgram(
  { state }: Machine,
  { rejected, untraceable }: MemoryObject,
  { object, program, target, targetBtfId, home }: LoadRequest,
  maps: readonly BpfMap[],
): Program {
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
