import { canonicalJson } from '../base/canonical-json.ts';
import type { PinPath } from '../state/ids.ts';
import type { ObservedAttachment, ObservedInstance, ObservedState } from '../state/observed.ts';
import type { PinLayout } from '../state/pin-layout.ts';

/** A plan with all that it was made from, so that it can be told later whether it still fits. */
export interface PlanContent {
  /** The directory of all pins. */
  readonly root: string;
  readonly manifest: FileDigest;
  readonly objects: readonly FileDigest[];
  /** What was at each path, without counters. */
  readonly pins: Readonly<Record<string, string>>;
  /** Only ever compared with a plan made afresh, which is the one that is carried out. */
  readonly plan: unknown;
}

/** A file as it was read. */
export interface FileDigest {
  /** Absolute path. */
  readonly file: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

export interface SavedPlan {
  /** SHA-256 of the canonical JSON of the content; 64 hex digits. */
  readonly fingerprint: string;
  readonly content: PlanContent;
}

/** One thing that is no longer as it was when a plan was saved. */
export type Move = { readonly message: string } & (
  | { readonly code: 'file-moved'; readonly file: string }
  | { readonly code: 'pin-moved'; readonly path: string }
  | { readonly code: 'plan-moved' }
);

/** What is pinned, a line for each path: all that a plan depends on, and nothing that changes by itself. */
export function pinsIn(layout: PinLayout, observed: ObservedState): PlanContent['pins'] {
  const lines: readonly (readonly [path: PinPath, what: string])[] = [
    ...observed.maps.map(
      ({ object, name, id }) => [layout.map(object, name), `map ${id}`] as const,
    ),
    ...observed.instances.flatMap((instance) => linesOf(layout, instance)),
    ...observed.attachments.flatMap((attachment) => linesOfAttachment(layout, attachment)),
    ...observed.shared.map((pin) => [pin.path, 'id' in pin ? `map ${pin.id}` : pin.what] as const),
    ...observed.foreign.map(({ path, what }) => [path, what] as const),
  ];
  return Object.fromEntries(lines.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function linesOf(
  layout: PinLayout,
  instance: ObservedInstance,
): readonly (readonly [path: PinPath, what: string])[] {
  const { source, internalMaps, slots } = instance;
  return [
    ...(source === undefined ? [] : [[layout.note(instance), `note ${source}`] as const]),
    ...internalMaps.map(
      ({ name, id }) => [layout.internalMap(instance, name), `map ${id}`] as const,
    ),
    ...slots.flatMap(({ program, target, loaded, link, protected: isProtected }) => {
      const id = { object: instance.object, digest: instance.digest, program, target };
      return [
        ...(loaded === undefined ? [] : [[layout.program(id), `program ${loaded.id}`] as const]),
        ...(link === undefined ? [] : [[layout.link(id), `link ${link.id}`] as const]),
        ...(isProtected ? [[layout.protection(id), 'protection'] as const] : []),
      ];
    }),
  ];
}

function linesOfAttachment(
  layout: PinLayout,
  attachment: ObservedAttachment,
): readonly (readonly [path: PinPath, what: string])[] {
  const { slot, link } = attachment;
  const inside = slot?.programId === undefined ? 'empty' : `program ${slot.programId}`;
  return [
    ...(slot === undefined
      ? []
      : [[layout.dispatchSlot(attachment), `slot ${slot.id}, ${inside}`] as const]),
    ...(link === undefined ? [] : [[layout.dispatchLink(attachment), `link ${link.id}`] as const]),
  ];
}

/** What has moved since a plan was saved; nothing when the plan that is made now is the same. */
export function movesSince(saved: PlanContent, now: PlanContent): readonly Move[] {
  const moves = [
    ...movedFiles([saved.manifest, ...saved.objects], [now.manifest, ...now.objects]),
    ...movedPins(saved.pins, now.pins),
  ];
  if (moves.length > 0 || canonicalJson(saved) === canonicalJson(now)) return moves;
  const message =
    'the same files and pins give another plan here: another kernel runs, or another fentryctl';
  return [{ code: 'plan-moved', message }];
}

function movedFiles(before: readonly FileDigest[], now: readonly FileDigest[]): readonly Move[] {
  const digests = new Map(now.map(({ file, sha256 }) => [file, sha256]));
  return before
    .filter(({ file, sha256 }) => digests.get(file) !== sha256)
    .map(({ file }) => fileMove(file, 'has changed'));
}

/** `how` says what became of the file: "has changed". */
export function fileMove(file: string, how: string): Move {
  return { code: 'file-moved', file, message: `"${file}" ${how}` };
}

function movedPins(before: PlanContent['pins'], now: PlanContent['pins']): readonly Move[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted();
  return paths
    .filter((path) => before[path] !== now[path])
    .map((path) => ({
      code: 'pin-moved',
      path,
      message: `"${path}" ${change(before[path], now[path])}`,
    }));
}

function change(before: string | undefined, now: string | undefined): string {
  if (before === undefined) return `is new (${now})`;
  return now === undefined ? `is gone (${before})` : `was ${before}, is ${now}`;
}
