import { listed } from '../base/diagnostic.ts';
import { RefusedError } from '../base/errors.ts';
import type { DetachLimit } from '../state/desired.ts';
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

/** Why a plan must not be carried out. What is foreign stands against it whatever anybody wants; `--force` passes the others. */
export function refusalsOf({ conflicts, losses }: Plan): readonly Refusal[] {
  return [
    ...(conflicts.length > 0 ? [foreignPin(conflicts)] : []),
    ...(losses.unprotected.length > 0 ? [isProtected(losses.unprotected)] : []),
    ...(isTooMuch(losses) ? [detachesTooMuch(losses)] : []),
  ];
}

/** Refuses a plan that must not be carried out, with a `RefusedError` that says every reason. */
export function guard(plan: Plan, isForced: boolean): void {
  const refusals = refusalsOf(plan).filter(({ code }) => !isForced || code === 'foreign-pin');
  const [first] = refusals;
  if (first === undefined) return;
  const message = refusals.map((refusal) => refusal.message).join('; ');
  throw new RefusedError(message, { refusals, hint: first.hint });
}

function isTooMuch({ attached, lost: { length: lost }, limit }: Losses): boolean {
  if (lost === 0) return false;
  if (limit === undefined)
    return lost === attached || (attached >= fewestToHalve && lost * 2 > attached);
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
