import type { ManifestName, PinPath } from '../state/ids.ts';
import type {
  ForeignEntry,
  ObservedInstance,
  ObservedInternalMap,
  ObservedMap,
  ObservedSlot,
  ObservedState,
  SharedPin,
} from '../state/observed.ts';
import type { InstanceId, PinLayout, PinMeaning, SlotId } from '../state/pin-layout.ts';
import type { Kernel, TreeEntry, TreeItem } from './kernel.ts';

/** Reads what is pinned for one manifest, and what is at the pins that it shares. Opens each pin once, changes nothing. */
export function observe(
  kernel: Pick<Kernel, 'read' | 'look'>,
  layout: PinLayout,
  name: ManifestName,
  sharedPins: readonly PinPath[] = [],
): ObservedState {
  const state = {
    name,
    instances: new Map<string, Instance>(),
    maps: new Array<ObservedMap>(),
    foreign: [],
  };
  const collected: Collected = state;
  for (const entry of kernel.read(layout.directory))
    collect(collected, entry, layout.meaning(entry.path));
  return {
    name,
    instances: [...state.instances.values()].map(freeze),
    maps: state.maps,
    shared: sharedPins.flatMap((path) => sharedPin(kernel.look(path))),
    foreign: state.foreign,
  };
}

interface Collected {
  readonly instances: Map<string, Instance>;
  readonly maps: ObservedMap[];
  readonly foreign: ForeignEntry[];
}

interface Instance extends InstanceId {
  source: string | undefined;
  readonly internalMaps: ObservedInternalMap[];
  readonly slots: Map<PinPath | string, ObservedSlot>;
}

function freeze({ slots, ...instance }: Instance): ObservedInstance {
  return { ...instance, slots: [...slots.values()] };
}

function collect(into: Collected, entry: TreeEntry, meaning: PinMeaning | undefined): void {
  const problem = whatIsForeign(entry, meaning);
  if (problem !== undefined) {
    addForeign(into.foreign, { path: entry.path, what: problem });
    return;
  }
  if (meaning === undefined || meaning.kind === 'directory') return;
  if (meaning.kind === 'map') {
    const { object, map: called } = meaning;
    if (entry.kind === 'map') {
      into.maps.push({ object, name: called, id: entry.id, shape: entry.shape });
    }
    return;
  }
  collectPin(instanceOf(into.instances, meaning), meaning, entry);
}

function collectPin(
  instance: Instance,
  meaning: Exclude<PinMeaning, { kind: 'directory' | 'map' }>,
  entry: TreeItem,
): void {
  if (meaning.kind === 'note' && entry.kind === 'note') instance.source = entry.text;
  if (meaning.kind === 'internal-map' && entry.kind === 'map') {
    instance.internalMaps.push({ name: meaning.map, id: entry.id });
  }
  if (meaning.kind === 'program' && entry.kind === 'program') {
    updateSlot(instance, meaning, { loaded: entry.program });
  }
  if (meaning.kind === 'link' && entry.kind === 'link')
    updateSlot(instance, meaning, { link: entry.link });
  if (meaning.kind === 'protection') updateSlot(instance, meaning, { protected: true });
}

function updateSlot(
  instance: Instance,
  { program, target }: SlotId,
  part: Partial<Pick<ObservedSlot, 'loaded' | 'link' | 'protected'>>,
): void {
  const key = `${program} ${target}`;
  const nothing = { program, target, loaded: undefined, link: undefined, protected: false };
  instance.slots.set(key, { ...(instance.slots.get(key) ?? nothing), ...part });
}

function instanceOf(instances: Map<string, Instance>, { object, digest }: InstanceId): Instance {
  const key = `${object} ${digest}`;
  const instance = instances.get(key) ?? {
    object,
    digest,
    source: undefined,
    internalMaps: [],
    slots: new Map(),
  };
  instances.set(key, instance);
  return instance;
}

function sharedPin(entry: TreeEntry | undefined): readonly SharedPin[] {
  if (entry === undefined) return [];
  const { path } = entry;
  if (entry.kind === 'map') return [{ path, id: entry.id, shape: entry.shape }];
  return [{ path, what: describe(entry) }];
}

const itemOfMeaning = {
  directory: 'directory',
  map: 'map',
  note: 'note',
  'internal-map': 'map',
  program: 'program',
  link: 'link',
  protection: 'note',
} as const satisfies Record<PinMeaning['kind'], TreeItem['kind']>;

/** Evidence that an entry is what its path says; otherwise what is wrong with it. */
function whatIsForeign(entry: TreeEntry, meaning: PinMeaning | undefined): string | undefined {
  if (meaning === undefined) return `${describe(entry)} that fentryctl did not make`;
  const expected = itemOfMeaning[meaning.kind];
  if (entry.kind === expected) return undefined;
  return `${describe(entry)} where a ${expected} belongs`;
}

function describe(entry: TreeItem): string {
  return entry.kind === 'other' ? entry.what : `a ${entry.kind}`;
}

/** Of a foreign directory only the top is reported; `read` lists parents before children. */
function addForeign(foreign: ForeignEntry[], entry: ForeignEntry): void {
  if (foreign.some(({ path }) => entry.path.startsWith(`${path}/`))) return;
  foreign.push(entry);
}
