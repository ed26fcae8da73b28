import type { ManifestName, PinPath } from '../state/ids.ts';
import type {
  ForeignEntry,
  ObservedAttachment,
  ObservedInstance,
  ObservedInternalMap,
  ObservedMap,
  ObservedSlot,
  ObservedState,
  SharedPin,
} from '../state/observed.ts';
import type {
  AttachmentId,
  InstanceId,
  PinLayout,
  PinMeaning,
  SlotId,
} from '../state/pin-layout.ts';
import type { Kernel, TreeEntry, TreeItem } from './kernel.ts';

/** Reads what is pinned for one manifest, and what is at the pins that it shares. Opens each pin once, changes nothing. */
export function observe(
  kernel: Pick<Kernel, 'read' | 'look' | 'mapsOf'>,
  layout: PinLayout,
  name: ManifestName,
  sharedPins: readonly PinPath[] = [],
): ObservedState {
  return understand(kernel, { layout, name, sharedPins }, kernel.read(layout.directory));
}

/** Whose pins are observed. */
export interface Sight {
  readonly layout: PinLayout;
  readonly name: ManifestName;
  readonly sharedPins: readonly PinPath[];
}

/** The same, of what was read of the manifest's directory just now. */
export function understand(
  kernel: Pick<Kernel, 'look' | 'mapsOf'>,
  { layout, name, sharedPins }: Sight,
  entries: readonly TreeEntry[],
): ObservedState {
  const collected: Collected = {
    instances: new Map(),
    maps: [],
    attachments: new Map(),
    foreign: [],
  };
  for (const entry of entries) collect(collected, entry, layout.meaning(entry.path));
  return {
    name,
    instances: [...collected.instances.values()].map(freeze),
    maps: collected.maps,
    attachments: [...collected.attachments.values()].map((found) => join(kernel, found)),
    shared: sharedPins.flatMap((path) => sharedPin(kernel.look(path))),
    foreign: collected.foreign,
  };
}

interface Collected {
  readonly instances: Map<string, Instance>;
  readonly maps: ObservedMap[];
  readonly attachments: Map<string, ObservedAttachment>;
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
  if (meaning.kind === 'dispatch-slot' || meaning.kind === 'dispatch-link') {
    return updateAttachment(into.attachments, meaning, entry);
  }
  collectPin(instanceOf(into.instances, meaning), meaning, entry);
}

function collectPin(
  instance: Instance,
  meaning: Exclude<PinMeaning, { kind: 'directory' | 'map' | 'dispatch-slot' | 'dispatch-link' }>,
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

function updateAttachment(
  attachments: Collected['attachments'],
  { object, program, target, attachType }: AttachmentId,
  entry: TreeItem,
): void {
  const key = `${object} ${program} ${target} ${attachType}`;
  const before = attachments.get(key) ?? { slot: undefined, link: undefined, usesSlot: undefined };
  const part = entry.kind === 'link' ? { link: entry.link } : {};
  const room = entry.kind === 'map' ? { slot: entry.slot } : {};
  attachments.set(key, { object, program, target, attachType, ...before, ...part, ...room });
}

/** Pins that were moved by hand may be of two attachments: which slot a dispatcher runs is in its code. */
function join(kernel: Pick<Kernel, 'mapsOf'>, attachment: ObservedAttachment): ObservedAttachment {
  const { slot, link } = attachment;
  if (slot === undefined || link === undefined) return attachment;
  return { ...attachment, usesSlot: kernel.mapsOf(link.programId)?.includes(slot.id) };
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
  'dispatch-slot': 'map',
  'dispatch-link': 'link',
} as const satisfies Record<PinMeaning['kind'], TreeItem['kind']>;

/** Evidence that an entry is what its path says; otherwise what is wrong with it. */
function whatIsForeign(entry: TreeEntry, meaning: PinMeaning | undefined): string | undefined {
  if (meaning === undefined) return `${describe(entry)} that fentryctl did not make`;
  const expected = itemOfMeaning[meaning.kind];
  const isSlot = meaning.kind === 'dispatch-slot';
  if (entry.kind === expected && (!isSlot || hasRoom(entry))) return undefined;
  return `${describe(entry)} where a ${isSlot ? 'slot' : expected} belongs`;
}

function hasRoom(entry: TreeItem): boolean {
  return entry.kind === 'map' && entry.slot !== undefined;
}

function describe(entry: TreeItem): string {
  return entry.kind === 'other' ? entry.what : `a ${entry.kind}`;
}

/** Of a foreign directory only the top is reported; `read` lists parents before children. */
function addForeign(foreign: ForeignEntry[], entry: ForeignEntry): void {
  if (foreign.some(({ path }) => entry.path.startsWith(`${path}/`))) return;
  foreign.push(entry);
}
