import { Btf } from './btf.ts';

let kernel: Btf | undefined;

/** The running kernel's BTF, read the first time that it is asked for and kept: it does not change while the machine runs. */
export function kernelBtf(): Btf {
  kernel ??= Btf.fromSysFs();
  return kernel;
}
