import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InvalidError } from '../../../src/base/errors.ts';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import type { ObjectLibrary } from '../../../src/manifest/read-object.ts';
import { mapName, programName } from '../../../src/state/ids.ts';
import type {
  AttachType,
  MapDescription,
  ObjectInfo,
  ProgramDescription,
} from '../../../src/state/object-info.ts';
import { bpfObject, elfFile } from './elf-file.ts';

/** A directory that is gone after `using`. */
export interface Directory extends Disposable {
  readonly path: string;
  /** Writes a file and says where it is. */
  write(name: string, contents: string | Uint8Array): string;
}

export function temporaryDirectory(): Directory {
  const directory = mkdtempSync(path.join(tmpdir(), 'fentryctl-'));
  return {
    path: directory,
    write(name, contents) {
      const file = path.join(directory, name);
      writeFileSync(file, contents);
      return file;
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}

/** One file of each kind that a manifest can name. */
export function directoryWithObjects(): Directory {
  const directory = temporaryDirectory();
  directory.write('opens.bpf.o', bpfObject());
  directory.write('rejected.bpf.o', elfFile([{ name: '.BTF', bytes: Buffer.from('rejected') }]));
  directory.write('x86.o', bpfObject({ machine: 62 }));
  directory.write('no-btf.bpf.o', elfFile([{ name: '.text', bytes: Buffer.from('code') }]));
  directory.write('source.bpf.c', 'int main(void) { return 0; }\n');
  mkdirSync(path.join(directory.path, 'directory.bpf.o'));
  execFileSync('mkfifo', [path.join(directory.path, 'fifo.bpf.o')]);
  return directory;
}

/** What libbpf would say about the object files of `directoryWithObjects`. */
export function inspect(file: string): ObjectInfo {
  if (path.basename(file) === 'rejected.bpf.o') {
    throw new InvalidError('libbpf cannot open the object: EINVAL', [], {
      hint: 'see the log',
      log: 'libbpf: elf: no section .strtab\n',
    });
  }
  return opens;
}

/** The same for all that is to be known; takes any global variable. */
export const library: ObjectLibrary = { inspect, checkGlobals: () => [] };

/** The same, and it notes each file that it is asked about. */
export function recordingLibrary(inspected: string[]): ObjectLibrary {
  return {
    ...library,
    inspect: (file) => {
      inspected.push(file);
      return inspect(file);
    },
  };
}

const opens: ObjectInfo = {
  programs: [
    program('count_lookup', 'fentry/filename_lookup', 'fentry'),
    program('on_unlink', 'fexit/do_unlinkat', 'fexit'),
    program('trace_open', 'kprobe/do_sys_open', undefined),
    { ...program('sleeps', 'fentry.s/vfs_read', 'fentry'), sleepable: true },
    { ...program('asks', 'fexit/vfs_read', 'fexit'), asksForAddress: true },
    program('decides', 'fmod_ret/security_file_open', undefined),
    program('guards', 'lsm.s/file_open', undefined),
  ],
  maps: [map('opens', false), map('.rodata', true), map('counts', false)],
  globals: [],
};

function program(
  name: string,
  section: string,
  attachType: AttachType | undefined,
): ProgramDescription {
  const sectionTarget = section.split('/')[1];
  return {
    name: programName(name),
    section,
    attachType,
    sectionTarget,
    sleepable: false,
    asksForAddress: false,
    instructions: 2,
  };
}

function map(name: string, internal: boolean): MapDescription {
  const sizes = { keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 };
  return {
    name: mapName(name),
    type: 'array',
    ...sizes,
    shape: { type: 'array', ...sizes },
    internal,
    keyType: undefined,
    valueType: undefined,
  };
}

/** The diagnostics of the `InvalidError` that a call throws; anything else that it throws goes on. */
export function diagnosticsOf(call: () => unknown): readonly Diagnostic[] {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidError) return error.diagnostics;
    throw error;
  }
  return [];
}

/** Calls it as a user who is not root; where root is, that is `nobody`. */
export function withoutPrivileges<T>(call: () => T): T {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.(65534);
  try {
    return call();
  } finally {
    process.seteuid?.(0);
  }
}
