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
    };

/** What the kernel tells of a place by a link: the id of the module's BTF, or of the BPF program (kernel/bpf/syscall.c, bpf_tracing_link_fill_link_info). */
export function objectIdOf(home: TargetHome): number | undefined {
  return home.kind === 'module' ? home.btfObjectId : home.id;
}

/** What holds functions besides the kernel itself. */
export interface TargetObjects {
  /** Id of a module's BTF in the kernel; `undefined` where it cannot be told. */
  moduleBtfId(module: string): number | undefined;
}
