import type { DetachLimit, Replace } from '../state/desired.ts';
import type { ManifestName, MapName, ObjectName, PinPath, ProgramName } from '../state/ids.ts';
import type { GlobalValues } from '../state/object-settings.ts';
import type { ProgramReference } from '../state/target-home.ts';
import type { Path } from './locate.ts';

/** A manifest with its short forms written out and its defaults filled in. */
export interface Manifest {
  readonly name: ManifestName;
  /** One of these must have signed each object; each as in `public-key.ts`. `undefined`: any object will do. */
  readonly trustedKeys: readonly string[] | undefined;
  readonly objects: readonly ManifestObject[];
  /** How much one run may detach; `undefined`: what the guard allows by itself. */
  readonly maxDetach: DetachLimit | undefined;
}

export interface ManifestObject {
  readonly name: ObjectName;
  /** As written: relative to the manifest's directory, or absolute. */
  readonly file: string;
  /** The only bytes that will do; lower-case hex digits. */
  readonly sha256: string | undefined;
  /** As written: the object's BTF tells whether they fit. */
  readonly globals: GlobalValues;
  readonly maps: readonly ManifestMap[];
  readonly programs: readonly ManifestProgram[];
}

export interface ManifestMap {
  readonly map: MapName;
  /** In place of what the object file says. */
  readonly maxEntries: number | undefined;
  /** In bpffs, for others too. */
  readonly pin: PinPath | undefined;
  /** What is pinned in another shape may go, with what is in it. */
  readonly recreate: boolean;
}

export interface ManifestProgram {
  readonly program: ProgramName;
  /** Where its entry is. */
  readonly path: Path;
  readonly targets: ManifestTargets;
  readonly state: 'attached' | 'paused' | 'loaded';
  /** As written for it, its object or the manifest, whichever is nearest; `undefined`: nowhere. */
  readonly replace: ManifestReplace | undefined;
  readonly protect: boolean;
}

export interface ManifestReplace {
  readonly by: Replace;
  /** Where the manifest says so. */
  readonly path: Path;
}

/** Which functions a program watches. */
export interface ManifestTargets {
  /** `first`: the first of the items that this kernel has, and no pattern is among them. */
  readonly choose: 'all' | 'first';
  readonly items: readonly ManifestTarget[];
  readonly ifMissing: IfMissing;
  readonly maxTargets: number;
  readonly allowDangerous: boolean;
  /** The C prototype that each function must have, as written. */
  readonly signature: string | undefined;
  /** Where the manifest says so. */
  readonly path: Path;
}

/** What to do about a function that this kernel does not have; `wait`: do without until a module brings it. */
export type IfMissing = 'fail' | 'skip' | 'wait';

export type ManifestTarget = {
  readonly text: string;
  /** Where the manifest names it. */
  readonly path: Path;
} & (
  | {
      /** `exclusion`: what it means is left out, wherever it stands; the `!` is not in its text. */
      readonly kind: 'function' | 'pattern' | 'exclusion';
    }
  | {
      readonly kind: 'program';
      readonly program: ProgramReference;
      readonly function: string;
    }
);
