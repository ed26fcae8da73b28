import type { PinPath } from './ids.ts';

/** Where a function is that is not the kernel's own: it is another place each time that the module or program is loaded. */
export type TargetHome =
  | {
      readonly kind: 'module';
      /** `undefined` where it could not be told: it takes CAP_SYS_ADMIN. */
      readonly btfObjectId: number | undefined;
    }
  | {
      readonly kind: 'program';
      readonly id: number;
      readonly btfObjectId: number | undefined;
      /** Where it is pinned; without a pin it can only be opened by id, which takes CAP_SYS_ADMIN. */
      readonly pin: PinPath | undefined;
      /** Its name in that program. */
      readonly function: string;
    };

/** What the kernel tells of a place by a link: the id of the module's BTF, or of the BPF program (kernel/bpf/syscall.c, bpf_tracing_link_fill_link_info). */
export function objectIdOf(home: TargetHome): number | undefined {
  return home.kind === 'module' ? home.btfObjectId : home.id;
}

/** How a BPF program is named. */
export type ProgramReference =
  | { readonly pin: PinPath }
  | { readonly id: number }
  /** 16 hex digits. */
  | { readonly tag: string };

/** E.g. `/sys/fs/bpf/xdp/main`, `program 12`, `tag 0123456789abcdef`: the same for the same reference. */
export function referenceText(reference: ProgramReference): string {
  if ('pin' in reference) return reference.pin;
  return 'id' in reference ? `program ${reference.id}` : `tag ${reference.tag}`;
}

/** A BPF program with functions that can be watched. */
export interface TargetProgram {
  readonly id: number;
  /** `undefined` where it has no BTF: then it has no functions either. */
  readonly btfObjectId: number | undefined;
  readonly functions: readonly TargetFunction[];
  /** Programs of the same tag, where it was named by that, which were loaded before this one. */
  readonly older: readonly number[];
}

/** A function of a BPF program. */
export interface TargetFunction {
  readonly name: string;
  readonly btfId: number;
  readonly prototype: string;
}

/** What is found under a reference; `what`: something else than a program, e.g. `a map`. */
export type ProgramSearch = TargetProgram | { readonly none: true } | { readonly what: string };

/** What holds functions besides the kernel itself. */
export interface TargetObjects {
  /** Id of a module's BTF in the kernel; `undefined` where it cannot be told. */
  moduleBtfId(module: string): number | undefined;
  /** Throws a `PrivilegeError` where it takes CAP_SYS_ADMIN: programs without a pin, and the BTF of any. */
  program(reference: ProgramReference): ProgramSearch;
}
