import { escapeName, unescapeName } from './escape.ts';
import {
  isDigest,
  isName,
  kernelFunction,
  manifestName,
  mapName,
  objectDigest,
  objectName,
  pinPath,
  programName,
} from './ids.ts';
import type {
  KernelFunction,
  ManifestName,
  MapName,
  ObjectDigest,
  ObjectName,
  PinPath,
  ProgramName,
} from './ids.ts';
import type { AttachType } from './object-info.ts';
import { attachTypes } from './object-info.ts';

/** As what a program may be attached by exchange, by the path component that says it. */
const attachmentKinds: ReadonlyMap<string, AttachType> = new Map(
  attachTypes.map((type) => [type, type]),
);

/** What a program attached by exchange has, by its last path component. */
const attachmentLeaves: ReadonlyMap<string, 'dispatch-slot' | 'dispatch-link'> = new Map([
  ['slot', 'dispatch-slot'],
  ['link', 'dispatch-link'],
]);

/** What is beside each other for one program on one target, by its last path component. */
const slotLeaves: ReadonlyMap<string, 'program' | 'link' | 'protection'> = new Map([
  ['program', 'program'],
  ['link', 'link'],
  ['protected', 'protection'],
]);

/** Where the tool keeps its pins unless `--root` says otherwise. */
export const defaultRoot = pinPath('/sys/fs/bpf/fentryctl');

/** One loaded object: everything below shares its bytes and settings. */
export interface InstanceId {
  readonly object: ObjectName;
  readonly digest: ObjectDigest;
}

/** One program on one target within an instance. */
export interface SlotId extends InstanceId {
  readonly program: ProgramName;
  readonly target: KernelFunction;
}

/**
 * One program on one target, whichever version of the object it is, as long as it is of one kind: a dispatcher is
 * attached as what it runs, and that of another kind has to be there before it goes.
 */
export interface AttachmentId extends Pick<SlotId, 'object' | 'program' | 'target'> {
  readonly attachType: AttachType;
}

/** What a path below a manifest's directory stands for. */
export type PinMeaning =
  | { readonly kind: 'directory' }
  | { readonly kind: 'map'; readonly object: ObjectName; readonly map: MapName }
  | ({ readonly kind: 'note' } & InstanceId)
  | ({ readonly kind: 'internal-map'; readonly map: MapName } & InstanceId)
  | ({ readonly kind: 'program' } & SlotId)
  | ({ readonly kind: 'link' } & SlotId)
  | ({ readonly kind: 'protection' } & SlotId)
  | ({ readonly kind: 'dispatch-slot' } & AttachmentId)
  | ({ readonly kind: 'dispatch-link' } & AttachmentId);

/**
 * Every path that the tool ever pins for one manifest, computed from names alone, and read back into names.
 * The only place that knows the layout.
 */
export interface PinLayout {
  readonly root: PinPath;
  readonly directory: PinPath;
  map(object: ObjectName, map: MapName): PinPath;
  note(instance: InstanceId): PinPath;
  internalMap(instance: InstanceId, map: MapName): PinPath;
  program(slot: SlotId): PinPath;
  link(slot: SlotId): PinPath;
  /** A note that is there while the program may not be detached without `--force`. */
  protection(slot: SlotId): PinPath;
  /** The map that holds the program which a dispatcher runs; it outlives the versions of the object. */
  dispatchSlot(attachment: AttachmentId): PinPath;
  /** That dispatcher's link. */
  dispatchLink(attachment: AttachmentId): PinPath;
  /** `undefined` for a path that the tool would never make. */
  meaning(path: PinPath): PinMeaning | undefined;
}

export function pinLayout(root: PinPath, name: ManifestName): PinLayout {
  const directory = pinPath(`${root}/${name}`);
  const below = (path: string): PinPath => pinPath(`${directory}/${path}`);
  const instance = ({ object, digest }: InstanceId): string => `objects/${object}/${digest}`;
  const names = ({ program, target }: Pick<SlotId, 'program' | 'target'>): string =>
    `${escapeName(program)}/${escapeName(target)}`;
  const slot = (id: SlotId): string => `${instance(id)}/programs/${names(id)}`;
  const attachment = (id: AttachmentId): string =>
    `attachments/${id.object}/${names(id)}/${id.attachType}`;
  const meanings = new Map<PinPath, PinMeaning | undefined>();
  return {
    root,
    directory,
    map: (object, map) => below(`maps/${object}/${escapeName(map)}`),
    note: (id) => below(`${instance(id)}/source`),
    internalMap: (id, map) => below(`${instance(id)}/data/${escapeName(map.replace(/^\./, ''))}`),
    program: (id) => below(`${slot(id)}/program`),
    link: (id) => below(`${slot(id)}/link`),
    protection: (id) => below(`${slot(id)}/protected`),
    dispatchSlot: (id) => below(`${attachment(id)}/slot`),
    dispatchLink: (id) => below(`${attachment(id)}/link`),
    meaning: (path) => {
      const known = meanings.get(path); // a run asks for each before it, after it, and when it sweeps
      if (known !== undefined) return known;
      const meaning = meaningBelow(directory, path);
      meanings.set(path, meaning);
      return meaning;
    },
  };
}

/** The name of the manifest whose directory this is; `undefined` for what is no such directory. */
export function manifestOf(root: PinPath, path: PinPath): ManifestName | undefined {
  const name = relative(root, path);
  return name?.length === 1 && isName(name[0] ?? '') ? manifestName(name[0] ?? '') : undefined;
}

function relative(directory: PinPath, path: PinPath): Parts | undefined {
  if (path === directory) return [];
  if (!path.startsWith(`${directory}/`)) return undefined;
  return path.slice(directory.length + 1).split('/');
}

/** Components of a path below a manifest's directory. Read by index: there are thousands, and to take lists apart costs more. */
type Parts = readonly string[];

function meaningBelow(directory: PinPath, path: PinPath): PinMeaning | undefined {
  const parts = relative(directory, path);
  if (parts === undefined) return undefined;
  switch (parts[0]) {
    case undefined:
      return { kind: 'directory' };
    case 'maps':
      return meaningOfMap(parts);
    case 'objects':
      return meaningOfObject(parts);
    case 'attachments':
      return meaningOfAttachment(parts);
    default:
      return undefined;
  }
}

/** `maps/OBJECT/MAP` */
function meaningOfMap(parts: Parts): PinMeaning | undefined {
  const object = parts[1];
  const map = parts[2];
  if (object === undefined) return { kind: 'directory' };
  if (!isName(object) || parts.length > 3) return undefined;
  if (map === undefined) return { kind: 'directory' };
  const name = unescapeName(map);
  if (name === undefined) return undefined;
  return { kind: 'map', object: objectName(object), map: mapName(name) };
}

/** `objects/OBJECT/DIGEST/…` */
function meaningOfObject(parts: Parts): PinMeaning | undefined {
  const object = parts[1];
  const digest = parts[2];
  if (object === undefined) return { kind: 'directory' };
  if (!isName(object)) return undefined;
  if (digest === undefined) return { kind: 'directory' };
  if (!isDigest(digest)) return undefined;
  return meaningInInstance({ object: objectName(object), digest: objectDigest(digest) }, parts);
}

/** `…/source`, `…/data/MAP` or `…/programs/PROGRAM/TARGET/LEAF` */
function meaningInInstance(id: InstanceId, parts: Parts): PinMeaning | undefined {
  switch (parts[3]) {
    case undefined:
      return { kind: 'directory' };
    case 'source':
      return parts.length === 4 ? { kind: 'note', ...id } : undefined;
    case 'data':
      return parts.length > 5 ? undefined : meaningOfInternalMap(id, parts[4]);
    case 'programs':
      return parts.length > 7 ? undefined : meaningOfSlot(id, parts);
    default:
      return undefined;
  }
}

function meaningOfInternalMap(id: InstanceId, name: string | undefined): PinMeaning | undefined {
  if (name === undefined) return { kind: 'directory' };
  const map = unescapeName(name);
  if (map === undefined || map.startsWith('.')) return undefined;
  return { kind: 'internal-map', ...id, map: mapName(`.${map}`) };
}

function meaningOfSlot(id: InstanceId, parts: Parts): PinMeaning | undefined {
  const beside = { program: parts[4], target: parts[5], leaf: parts[6] };
  return meaningBeside(beside, slotLeaves, (kind, { program, target }) => {
    return { kind, object: id.object, digest: id.digest, program, target };
  });
}

/** `attachments/OBJECT/PROGRAM/TARGET/KIND/LEAF` */
function meaningOfAttachment(parts: Parts): PinMeaning | undefined {
  const object = parts[1];
  if (object === undefined) return { kind: 'directory' };
  if (!isName(object)) return undefined;
  const beside = { program: parts[2], target: parts[3], leaf: parts[4] };
  return meaningBeside(beside, attachmentKinds, (attachType, { program, target }) => {
    const id = { object: objectName(object), program, target, attachType };
    return meaningOfDispatcher(id, parts);
  });
}

function meaningOfDispatcher(id: AttachmentId, parts: Parts): PinMeaning | undefined {
  const leaf = parts[5];
  if (leaf === undefined) return { kind: 'directory' };
  const kind = attachmentLeaves.get(leaf);
  return kind === undefined || parts.length > 6 ? undefined : { kind, ...id };
}

/** As far as a path goes: directories named for a program and its target, and what is in them. */
interface Beside {
  readonly program: string | undefined;
  readonly target: string | undefined;
  readonly leaf: string | undefined;
}

function meaningBeside<Kind>(
  { program, target, leaf }: Beside,
  leaves: ReadonlyMap<string, Kind>,
  meaning: (kind: Kind, names: Pick<SlotId, 'program' | 'target'>) => PinMeaning | undefined,
): PinMeaning | undefined {
  const programText = program === undefined ? '' : unescapeName(program);
  const targetText = target === undefined ? '' : unescapeName(target);
  if (programText === undefined || targetText === undefined) return undefined;
  if (leaf === undefined) return { kind: 'directory' };
  const kind = leaves.get(leaf);
  if (kind === undefined) return undefined;
  return meaning(kind, { program: programName(programText), target: kernelFunction(targetText) });
}
