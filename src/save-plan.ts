import { canonicalJson } from './base/canonical-json.ts';
import { RefusedError } from './base/errors.ts';
import { sha256 } from './manifest/digest.ts';
import type { LoadedObject } from './manifest/load-objects.ts';
import { largestObject, readRegularFile } from './manifest/read-regular-file.ts';
import type { Plan } from './plan/plan.ts';
import type { FileDigest, Move, PlanContent, SavedPlan } from './plan/saved-plan.ts';
import { fileMove, movesSince, pinsIn } from './plan/saved-plan.ts';
import type { ObjectImage } from './state/object-image.ts';
import type { ObservedState } from './state/observed.ts';
import type { PinLayout } from './state/pin-layout.ts';

/** How many moves a message names. */
const mostNamed = 3;

/** What a plan is made from. */
export interface PlanInputs {
  readonly layout: PinLayout;
  readonly manifest: FileDigest;
  readonly objects: readonly Pick<LoadedObject, 'image'>[];
}

/** A plan as `plan --out` writes it, with the fingerprint of all that it was made from. */
export function savedPlan(inputs: PlanInputs, observed: ObservedState, plan: Plan): SavedPlan {
  const { layout, manifest } = inputs;
  const content: PlanContent = {
    root: layout.root,
    manifest,
    objects: objectsOf(inputs),
    pins: pinsIn(layout, observed),
    plan,
  };
  return { fingerprint: fingerprintOf(content), content };
}

/** Whether any of the files that a plan is made from is another one by now. */
export function haveMoved({
  manifest,
  objects,
}: Pick<PlanInputs, 'manifest' | 'objects'>): boolean {
  return moveOf(manifest) !== undefined || objects.some(({ image }) => isOther(image));
}

/** To compare is quicker than to hash. */
function isOther({ file, bytes }: ObjectImage): boolean {
  const contents = readRegularFile(file, largestObject);
  return 'problem' in contents || Buffer.compare(contents.bytes, bytes) !== 0;
}

function objectsOf({ objects }: Pick<PlanInputs, 'objects'>): readonly FileDigest[] {
  return objects.map(({ image: { file, bytes } }) => ({ file, sha256: sha256(bytes) }));
}

/** SHA-256 of the canonical JSON: the same content, however it is written, has the same fingerprint. */
export function fingerprintOf(content: unknown): string {
  return sha256(Buffer.from(canonicalJson(content)));
}

/**
 * Refuses a saved plan whose files are other ones by now, with a `RefusedError` that names them. Before they are
 * understood, since they may be anything.
 */
export function requireSameFiles({ content }: SavedPlan): void {
  const { manifest, objects } = content;
  refuseIf(
    content,
    [manifest, ...objects].flatMap((file) => moveOf(file) ?? []),
  );
}

/** Refuses a saved plan that is not the one made now, to the letter, with a `RefusedError` that says what moved. */
export function requireUnmoved(saved: SavedPlan, now: SavedPlan): void {
  if (saved.fingerprint === now.fingerprint) return;
  refuseIf(saved.content, movesSince(saved.content, now.content));
}

function moveOf({ file, sha256: before }: FileDigest): Move | undefined {
  const contents = readRegularFile(file, largestObject);
  if ('problem' in contents) return fileMove(file, contents.problem.message);
  return sha256(contents.bytes) === before ? undefined : fileMove(file, 'has changed');
}

function refuseIf({ manifest }: PlanContent, moves: readonly Move[]): void {
  if (moves.length === 0) return;
  const named = moves.slice(0, mostNamed).map(({ message }) => message);
  const more = moves.length > mostNamed ? ` (and ${moves.length - mostNamed} more)` : '';
  throw new RefusedError(`the saved plan no longer fits: ${named.join('; ')}${more}`, {
    refusals: moves,
    hint: `look at a new one: "fentryctl plan ${manifest.file} --out FILE"`,
  });
}
