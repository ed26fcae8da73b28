import { isGlob } from '../base/glob.ts';
import { pinPath } from '../state/ids.ts';
import type { ProgramReference } from '../state/target-home.ts';
import { referenceText } from '../state/target-home.ts';
import type { Path } from './locate.ts';
import type { IfMissing, ManifestTarget, ManifestTargets } from './manifest.ts';

/** What of a program's entry says which functions it watches, as the schema allows it: one of the first three. */
export interface WrittenTargets {
  readonly target?: string | WrittenProgramTarget;
  readonly targets?: readonly string[];
  readonly first_of?: readonly string[];
  readonly if_missing?: IfMissing;
  readonly max_targets?: number;
  readonly allow_dangerous?: boolean;
  readonly signature?: string;
}

interface WrittenProgramTarget {
  /** A pin, an id or a tag. */
  readonly program: string | number;
  readonly function: string;
}

const defaults = {
  ifMissing: 'fail',
  maxTargets: 500,
  allowDangerous: false,
  signature: undefined,
} as const;

/** The short form: an entry that is only a target. */
export function toTarget(written: string, path: Path): ManifestTargets {
  return { ...defaults, choose: 'all', items: [toItem(written, path)], path };
}

/** `path` leads to the program's entry. */
export function toTargets(written: WrittenTargets, path: Path): ManifestTargets {
  const { target, targets, first_of } = written;
  const key = keyOf(written);
  const here = [...path, key];
  const items =
    target === undefined
      ? (targets ?? first_of ?? []).map((text, index) => toItem(text, [...here, index]))
      : [typeof target === 'string' ? toItem(target, here) : toProgramItem(target, here)];
  return {
    choose: key === 'first_of' ? 'first' : 'all',
    items,
    ifMissing: written.if_missing ?? defaults.ifMissing,
    maxTargets: written.max_targets ?? defaults.maxTargets,
    allowDangerous: written.allow_dangerous ?? defaults.allowDangerous,
    signature: written.signature,
    path: here,
  };
}

function keyOf({ target, targets }: WrittenTargets): 'target' | 'targets' | 'first_of' {
  if (target !== undefined) return 'target';
  return targets === undefined ? 'first_of' : 'targets';
}

function toProgramItem(
  { program: written, function: name }: WrittenProgramTarget,
  path: Path,
): ManifestTarget {
  const program = toReference(written);
  const text = `${referenceText(program)}:${name}`;
  return { kind: 'program', text, path, program, function: name };
}

function toReference(written: string | number): ProgramReference {
  if (typeof written === 'number') return { id: written };
  return written.startsWith('/') ? { pin: pinPath(written) } : { tag: written };
}

function toItem(text: string, path: Path): ManifestTarget {
  if (text.startsWith('!')) return { kind: 'exclusion', text: text.slice(1), path };
  return { kind: isGlob(text) ? 'pattern' : 'function', text, path };
}
