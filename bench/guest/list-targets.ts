import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { KernelCatalog } from '../../src/bpf/catalog/kernel-catalog.ts';
import { coldPatterns, type Target } from '../targets.ts';

/** Writes to a file, as JSON, functions of this kernel that programs can be attached to, in an order without pattern. */
function main(file: string): void {
  const catalog = new KernelCatalog();
  const found = coldPatterns
    .flatMap((pattern) => catalog.matching(pattern))
    .filter((candidate) => catalog.obstacle(candidate) === undefined)
    .map(({ name, btfId }): Target => ({ name, btfId }));
  const targets = found.toSorted((a, b) => (digest(a.name) < digest(b.name) ? -1 : 1));
  writeFileSync(file, JSON.stringify(targets));
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

main(process.argv[2] ?? '');
