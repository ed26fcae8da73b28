import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ObjectFile } from '../../../src/bpf/libbpf/object-file.ts';

/** The file of one of the objects in test/objects. */
export function objectPath(name: string): string {
  return path.join(import.meta.dirname, `../../objects/${name}.bpf.o`);
}

/** An object's BTF as libbpf gives it after opening. */
export function btfOf(name: string): Buffer {
  using object = new ObjectFile({ name: 'sample' }, readFileSync(objectPath(name)));
  return object.btf() ?? Buffer.alloc(0);
}
