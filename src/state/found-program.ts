import type { PinPath } from './ids.ts';

/** A tracing program that somebody pinned, or a link of it. */
export interface FoundProgram {
  readonly id: number;
  /** The whole name where the kernel tells it, else its copy, cut at 15 bytes. */
  readonly name: string;
  readonly isNameWhole: boolean;
  readonly tag: string;
  /** What its links say; the kernel does not tell the two apart before they are attached. */
  readonly attachType: 'fentry' | 'fexit' | undefined;
  /** As a manifest names it. */
  readonly target: string;
  /** The same for all programs of one object that was loaded; `undefined`: it has no BTF. */
  readonly btfId: number | undefined;
  /** As the kernel has them: cut at 15 bytes. */
  readonly maps: readonly string[];
  /** Where the program itself is pinned. */
  readonly pins: readonly PinPath[];
  readonly links: readonly { readonly id: number; readonly pin: PinPath }[];
}

/** Something else that is pinned. */
export interface OtherPin {
  readonly path: PinPath;
  /** E.g. `an xdp program`. */
  readonly what: string;
}

/** What is pinned below a directory. */
export interface FoundPins {
  readonly programs: readonly FoundProgram[];
  readonly others: readonly OtherPin[];
}

/** Looks at all pins below a directory of bpffs but those below another. Throws a `PrivilegeError`: it takes CAP_SYS_ADMIN. */
export type FindPins = (directory: PinPath, except: PinPath) => FoundPins;
