import { Btf } from './btf.ts';
import { KeptBtf } from './kept-btf.ts';
import { readVmlinux, vmlinuxPath } from './read-btf.ts';

let kernel: Btf | undefined;

/** The running kernel's BTF, read the first time that it is asked for and kept: it does not change while the machine runs. */
export function kernelBtf(): Btf {
  kernel ??= read();
  return kernel;
}

/** As `Btf.fromSysFs`, with what an earlier run found in it. */
function read(): Btf {
  const data = readVmlinux();
  return new Btf(data, { path: vmlinuxPath, kept: KeptBtf.of(data) });
}
