import { readdirSync, readFileSync } from 'node:fs';
import { UnsupportedError } from '../../base/errors.ts';
import { didYouMean } from '../../base/suggest.ts';
import { EbpfError } from '../ebpf-error.ts';
import { elfSection, isElf } from './elf-section.ts';

/** Where the kernel shows its own BTF and, since Linux 5.11, that of its modules. */
const directory = '/sys/kernel/btf';

/** The kernel's own BTF: Linux 5.4 and later, built with CONFIG_DEBUG_INFO_BTF. */
export const vmlinuxPath = modulePath('vmlinux');

/** Where a module's BTF is, if it has any. */
export function modulePath(name: string): string {
  return `${directory}/${name}`;
}

/** The running kernel's BTF. Throws an `UnsupportedError` where it has none. */
export function readVmlinux(): Buffer {
  try {
    return readFileSync(vmlinuxPath);
  } catch (error) {
    throw new UnsupportedError(`this kernel has no BTF ("${vmlinuxPath}")`, {
      hint: 'fentry programs need a kernel built with CONFIG_DEBUG_INFO_BTF=y; distributions have it since about Linux 5.10',
      cause: error,
    });
  }
}

/** A loaded module's BTF, which is split. Throws an `EbpfError` `UnknownModule` where there is none. */
export function readModule(name: string): Buffer {
  const known = modulesWithBtf();
  if (!known.includes(name)) {
    throw new EbpfError('UnknownModule', `this kernel has no BTF of a module "${name}"`, {
      hint:
        didYouMean(name, known) ??
        'a module has BTF once it is loaded, since Linux 5.11, if it was built with it',
    });
  }
  return readBtfFile(modulePath(name));
}

/** The BTF in a file. Throws an `EbpfError` `InvalidBtf` for a file that cannot be read, or an ELF file without. */
export function readBtfFile(path: string): Buffer {
  const bytes = readWhole(path);
  if (!isElf(bytes)) return bytes;
  const section = elfSection(bytes, '.BTF');
  if (section === undefined) throw new EbpfError('InvalidBtf', `"${path}" has no section ".BTF"`);
  return section;
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EbpfError('InvalidBtf', `cannot read BTF: ${reason}`, { cause: error });
  }
}

/** Names of the loaded modules that have BTF; those that are being initialised included. */
export function modulesWithBtf(): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => name !== 'vmlinux');
  } catch {
    return []; // as good as empty: the kernel shows none
  }
}
