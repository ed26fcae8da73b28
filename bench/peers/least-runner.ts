// The least that a runner of manifests in Node does, by fentryctl's own packages: the manifest is read by yaml, the object
// by libbpf, the kernel's types are read once, the calls go through koffi, and each pin is opened afterwards to ask what it
// is. Started as fentryctl is, with the code that an earlier run compiled. Nothing is looked up in the types (the ids are
// given); no schema, no plan, no lock, nothing that it prints or takes back when something fails.
//   main apply MANIFEST OBJECT DIRECTORY IDS  makes all, unless something is pinned there: then it looks at that alone
//   main destroy DIRECTORY                    looks at all, removes it, and asks for each link whether it is gone
import { readFileSync, rmSync, unlinkSync } from 'node:fs';
import process from 'node:process';
import koffi from 'koffi';
import { parse } from 'yaml';
import { hasLink, make, pinsIn, readBack } from './bpf-calls.ts';

const btfMagic = 0xeb9f; // Documentation/bpf/btf.rst

main(process.argv.slice(2));

function main([command = '', ...operands]: readonly string[]): void {
  if (command === 'apply') apply(operands);
  else destroy(operands);
}

function apply([manifest = '', object = '', directory = '', ids = '']: readonly string[]): void {
  const wanted = parse(readFileSync(manifest, 'utf8')) as Manifest; // written by guest/manifest.ts
  const programs = programsOf(object);
  const missing = Object.keys(wanted.objects.many.programs).find((name) => !programs.has(name));
  if (missing !== undefined) throw new Error(`${object} has no program "${missing}"`);
  const types = readFileSync('/sys/kernel/btf/vmlinux');
  if (types.readUInt16LE(0) !== btfMagic) throw new Error('the kernel has no BTF');
  const pins = pinsIn(directory);
  const btfIds = readFileSync(ids, 'utf8').trim().split('\n').map(Number);
  readBack(pins.length > 0 ? pins : make(btfIds, directory));
}

interface Manifest {
  readonly objects: { readonly many: { readonly programs: Readonly<Record<string, unknown>> } };
}

/** The names of an object's programs, as libbpf reads them. */
function programsOf(file: string): ReadonlySet<string> {
  const libbpf = koffi.load('libbpf.so.1');
  const open = libbpf.func('void *bpf_object__open(str path)') as (path: string) => unknown;
  const next = libbpf.func('void *bpf_object__next_program(void *object, void *program)') as (
    ...args: readonly [object: unknown, program: unknown]
  ) => unknown;
  const nameOf = libbpf.func('str bpf_program__name(void *program)') as (p: unknown) => string;
  const object = open(file);
  const names = new Set<string>();
  for (let program = next(object, null); program !== null; program = next(object, program))
    names.add(nameOf(program));
  return names;
}

function destroy([directory = '']: readonly string[]): void {
  const pins = pinsIn(directory);
  const ids = readBack(pins);
  for (const pin of pins) unlinkSync(pin);
  const links = ids.filter((_, index) => pins[index]?.endsWith('/link'));
  const left = links.filter(hasLink);
  if (links.length === 0 || left.length > 0) throw new Error(`${left.length} links are left`);
  rmSync(directory, { recursive: true });
}
