import { listed } from '../base/diagnostic.ts';
import { RefusedError } from '../base/errors.ts';
import type { DetachLimit } from '../state/desired.ts';
import { isResized, shapeText } from '../state/map-shape.ts';
import type { Crowded } from './crowding.ts';
import type { MapChange } from './diff-maps.ts';
import type { Hidden } from './hidden.ts';
import type { Attachment, Losses } from './losses.ts';
import type { Conflict, Plan } from './plan.ts';

/** One reason not to carry a plan out: the facts, and the same in words. */
export type Refusal = RefusalFacts & {
  /** Lower case, without a full stop. */
  readonly message: string;
  readonly hint: string;
};

type RefusalFacts =
  | { readonly code: 'foreign-pin'; readonly conflicts: readonly Conflict[] }
  | { readonly code: 'map-changed'; readonly maps: readonly MapChange[] }
  | { readonly code: 'no-slots'; readonly functions: readonly Crowded[] }
  | ({ readonly code: 'hidden-pins' } & Hidden)
  | { readonly code: 'protected'; readonly attachments: readonly Attachment[] }
  | {
      readonly code: 'detaches-too-much';
      readonly attached: number;
      readonly attachments: readonly Attachment[];
    };

/** From so many attachments on, half of them is a number worth asking about. */
const fewestToHalve = 4;

/** How many attachments a message names. */
const mostNamed = 3;

/** What nobody can want: `--force` passes the others. */
const absolute: readonly Refusal['code'][] = ['foreign-pin', 'map-changed', 'no-slots'];

/** Why a plan must not be carried out. */
export function refusalsOf({
  conflicts,
  mapChanges,
  crowded,
  hidden,
  losses,
}: Plan): readonly Refusal[] {
  return [
    ...(conflicts.length > 0 ? [foreignPin(conflicts)] : []),
    ...(mapChanges.length > 0 ? [mapChanged(mapChanges)] : []),
    ...(crowded.length > 0 ? [noSlots(crowded)] : []),
    ...(hidden === undefined ? [] : [hiddenPins(hidden)]),
    ...(losses.unprotected.length > 0 ? [isProtected(losses.unprotected)] : []),
    ...(isTooMuch(losses) ? [detachesTooMuch(losses)] : []),
  ];
}

/** Refuses a plan that must not be carried out, with a `RefusedError` that says every reason. */
export function guard(plan: Plan, isForced: boolean): void {
  const refusals = refusalsOf(plan).filter(({ code }) => !isForced || absolute.includes(code));
  const [first] = refusals;
  if (first === undefined) return;
  const message = refusals.map((refusal) => refusal.message).join('; ');
  throw new RefusedError(message, { refusals, hint: first.hint });
}

/** Whether a loss is more than anyone may have meant, where nobody says how much may go: all, or more than half of some. */
export function isMost(lost: number, attached: number): boolean {
  if (lost === 0) return false;
  return lost === attached || (attached >= fewestToHalve && lost * 2 > attached);
}

function isTooMuch({ attached, lost: { length: lost }, limit }: Losses): boolean {
  if (lost === 0) return false;
  if (limit === undefined) return isMost(lost, attached);
  return 'count' in limit ? lost > limit.count : lost * 100 > attached * limit.percent;
}

function foreignPin(conflicts: readonly Conflict[]): Refusal {
  const [first] = conflicts;
  const more = conflicts.length > 1 ? ` (and ${conflicts.length - 1} more)` : '';
  return {
    code: 'foreign-pin',
    conflicts,
    message: `a foreign pin is in the way: "${first?.path}" is ${first?.what}${more}`,
    hint: 'remove it by hand if nobody needs it, then apply again',
  };
}

/** The kernel changes no map that is there. */
function mapChanged(maps: readonly MapChange[]): Refusal {
  const texts = maps.slice(0, mostNamed).map(({ object, map, pinned, wanted }) => {
    return `map "${object}/${map}" is pinned as ${shapeText(pinned)}, and wanted as ${shapeText(wanted)}`;
  });
  const more = maps.length > mostNamed ? ` (and ${maps.length - mostNamed} more)` : '';
  return { code: 'map-changed', maps, message: `${texts.join('; ')}${more}`, hint: cureOf(maps) };
}

/** BPF_MAX_TRAMP_LINKS: the kernel would refuse the last of them with E2BIG. */
function noSlots(functions: readonly Crowded[]): Refusal {
  const texts = functions.slice(0, mostNamed).map(({ target, limit, links, needed }) => {
    return `"${target}" takes ${limit} links at once, and would have ${needed} (it has ${links})`;
  });
  const more = functions.length > mostNamed ? ` (and ${functions.length - mostNamed} more)` : '';
  const hint = roomFor(functions);
  return { code: 'no-slots', functions, message: `${texts.join('; ')}${more}`, hint };
}

function roomFor(functions: readonly Crowded[]): string {
  const fit = (freed: (one: Crowded) => number): boolean =>
    functions.every((one) => one.needed - freed(one) <= one.limit);
  if (fit(({ gaps }) => gaps))
    return 'the old versions stay until the new ones are attached: write "replace: gap" for some of the programs, or replace a few at a time';
  if (fit(({ replaced }) => replaced))
    return 'what goes stays until the new programs are attached: apply once with "state: loaded" for these, which lets it go, and then again without';
  return `"fentryctl targets ${functions[0]?.target}" shows which links there are: detach some, or watch another function`;
}

/** A second BPF file system at the same place shows nothing of the first, where links run on. */
function hiddenPins({ point, functions }: Hidden): Refusal {
  return {
    code: 'hidden-pins',
    point,
    functions,
    message: `another file system is mounted over the BPF file system at "${point}", and what is pinned there may be attached already, to ${listed(functions, mostNamed)}`,
    hint: `"umount ${point}" shows it again; if it is none of fentryctl's, give --force`,
  };
}

function cureOf(maps: readonly MapChange[]): string {
  const [first] = maps;
  if (first?.isShared === true)
    return `others use it too: give it the same definition, or another "pin" than ${first.pin}`;
  const isSize = maps.every(({ pinned, wanted }) => isResized(pinned, wanted));
  const why = isSize ? 'a map cannot be resized; ' : '';
  return `${why}"on_change: recreate" in the manifest makes it anew, and what is in it is lost`;
}

function isProtected(attachments: readonly Attachment[]): Refusal {
  return {
    code: 'protected',
    attachments,
    message: `it would detach what is protected: ${named(attachments)}`,
    hint: 'if that is meant, give --force',
  };
}

function detachesTooMuch({ attached, lost, limit }: Losses): Refusal {
  const allowed = limit === undefined ? '' : `, more than "max_detach: ${limitText(limit)}" allows`;
  return {
    code: 'detaches-too-much',
    attached,
    attachments: lost,
    message: `it would detach ${lost.length} of ${attached}${allowed}: ${named(lost)}`,
    hint: 'if that is meant, give --force, or write a higher "guard: { max_detach: … }" into the manifest',
  };
}

function limitText(limit: DetachLimit): string {
  return 'count' in limit ? String(limit.count) : `${limit.percent}%`;
}

function named(attachments: readonly Attachment[]): string {
  const names = attachments.map(
    ({ object, program, target }) => `${object}/${program} -> ${target}`,
  );
  return listed(names, mostNamed);
}
