import { chmodSync, copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const objects = join(import.meta.dirname, '../../objects');

/** The path of one of test/objects. */
export function objectFile(name: string): string {
  return join(objects, `${name}.bpf.o`);
}

/** A directory of a user's: one manifest and one object file. */
export interface Workspace extends Disposable {
  readonly directory: string;
  readonly manifest: string;
  /** Replaces the object file by one of test/objects, by rename. */
  object(name: string): void;
  /** Writes the manifest for that object file; `programs` is the YAML below `programs:`. */
  programs(...programs: readonly string[]): void;
  write(text: string): void;
}

/** `name` is the manifest's; its object is `it`, in the file `it.bpf.o`. */
export function workspace(name: string): Workspace {
  const directory = mkdtempSync(`/tmp/${name}-`);
  const manifest = join(directory, `${name}.yaml`);
  const write = (text: string): void => {
    writeFileSync(`${manifest}.new`, text);
    renameSync(`${manifest}.new`, manifest);
  };
  return {
    directory,
    manifest,
    write,
    object: (object) => {
      copyFileSync(objectFile(object), join(directory, 'new'));
      chmodSync(join(directory, 'new'), 0o644); // whatever it is in the checkout
      renameSync(join(directory, 'new'), join(directory, 'it.bpf.o'));
    },
    programs: (...programs) =>
      write(
        `version: 1\nobjects:\n  it:\n    file: it.bpf.o\n    programs:\n${programs.map((line) => `      ${line}\n`).join('')}`,
      ),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}
