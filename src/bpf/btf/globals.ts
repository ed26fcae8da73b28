import type { Btf } from './btf.ts';
import { BtfKind } from './btf-type.ts';

/** A global variable of a BPF object: where it lies in the map that libbpf makes of its section. */
export interface Global {
  readonly name: string;
  /** `.rodata`, `.data`, `.bss`, `.data.own`, `.kconfig`, … */
  readonly section: string;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** The variable's type in the object's BTF. */
  readonly typeId: number;
}

/** `license` and `.maps` are libbpf's business, not settings. */
const dataSection = /^\.(?:data|rodata|bss|kconfig)(?:\.|$)/;

/**
 * The variables of an object's data sections, in the order of sections and offsets.
 *
 * The BTF must be what libbpf gives after opening the object (`bpf_object__btf`): clang leaves the offsets of all but
 * static variables 0, and opening takes them from the ELF symbols (`btf_fixup_datasec` in libbpf.c).
 */
export function globalsOf(btf: Btf): readonly Global[] {
  return [...btf.ofKind('section')]
    .filter(({ name }) => dataSection.test(name))
    .flatMap(({ name: section, words, memberCount }) =>
      Array.from({ length: memberCount }, (_, index) => {
        const variable = btf.type(words[index * 3] ?? 0);
        const [offset, size] = [words[index * 3 + 1] ?? 0, words[index * 3 + 2] ?? 0];
        return { section, offset, size, variable };
      }),
    )
    .flatMap(({ variable, ...place }) =>
      variable?.kind === BtfKind.variable
        ? [{ name: variable.name, ...place, typeId: variable.sizeOrType }]
        : [],
    );
}
