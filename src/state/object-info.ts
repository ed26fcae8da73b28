import type { MapName, ProgramName } from './ids.ts';
import type { MapShape } from './map-shape.ts';

/** How a tracing program is attached; the names are those of the object's sections. */
export const attachTypes = ['fentry', 'fexit'] as const;

/** A program's kind. */
export type AttachType = (typeof attachTypes)[number];

/** What an object file holds, as libbpf reads it without loading anything. */
export interface ObjectInfo {
  readonly programs: readonly ProgramDescription[];
  readonly maps: readonly MapDescription[];
  readonly globals: readonly GlobalDescription[];
}

export interface ProgramDescription {
  readonly name: ProgramName;
  /** As written in the source, e.g. `fentry/filename_lookup`. */
  readonly section: string;
  /** `undefined` for a program that is neither fentry nor fexit. */
  readonly attachType: AttachType | undefined;
  /** The function that the section names, if it does. */
  readonly sectionTarget: string | undefined;
  readonly sleepable: boolean;
  /** Whether it calls `bpf_get_func_ip`, or a function of the object that any program may call does. */
  readonly asksForAddress: boolean;
  /** Number of instructions in the file, before libbpf links in subprograms. */
  readonly instructions: number;
}

/** The sizes are those in the file, but for a ring buffer's, which libbpf rounds. */
export interface MapDescription extends MapShape {
  readonly name: MapName;
  /** What the kernel will report of it. */
  readonly shape: MapShape;
  /** True for `.bss`, `.data`, `.rodata`, `.kconfig`: libbpf makes them, nobody declared them. */
  readonly internal: boolean;
  /** The C types of key and value where the object's BTF has them. */
  readonly keyType: string | undefined;
  readonly valueType: string | undefined;
}

/** For whoever looks for many: the programs of an object can be a thousand. */
export function programsByName({
  programs,
}: Pick<ObjectInfo, 'programs'>): ReadonlyMap<ProgramName, ProgramDescription> {
  return new Map(programs.map((program) => [program.name, program]));
}

export interface GlobalDescription {
  readonly name: string;
  /** `.rodata`, `.data`, `.bss`, … */
  readonly section: string;
  /** C type as text, e.g. `unsigned int` or `char[16]`. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}
