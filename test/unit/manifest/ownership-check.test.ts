import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidError, RefusedError } from '../../../src/base/errors.ts';
import { loadManifest } from '../../../src/manifest/load-manifest.ts';
import { loadObjects } from '../../../src/manifest/load-objects.ts';
import { ownershipCheckFor, unchecked } from '../../../src/manifest/ownership-check.ts';
import { readRegularFile } from '../../../src/manifest/read-regular-file.ts';
import { bpfObject } from './elf-file.ts';
import { library, recordingLibrary } from './sample.ts';

const caller = process.geteuid?.() ?? -1;
const stranger = 65534;
const isRoot = caller === 0;

let root = '';

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'fentryctl-owners-')));
  mkdirSync(inside('etc/audit'), { recursive: true });
  writeFileSync(
    inside('etc/audit/m.yaml'),
    'version: 1\nobjects: { o: { file: o.bpf.o, programs: { on_unlink: vfs_read } } }\n',
  );
  writeFileSync(inside('etc/audit/o.bpf.o'), bpfObject());
  for (const name of ['etc', 'etc/audit']) chmodSync(inside(name), 0o755);
  for (const name of ['m.yaml', 'o.bpf.o']) chmodSync(inside(`etc/audit/${name}`), 0o644);
});
afterEach(() => rmSync(root, { recursive: true }));

function inside(name: string): string {
  return path.join(root, name);
}

/** What a check has against a file that it is shown, each entry without the part that all have. */
function faultsOf(name: string): readonly string[] {
  const owners = ownershipCheckFor(caller);
  readRegularFile(name.startsWith('/') ? name : inside(name), 2 ** 20, owners.look);
  return faultsIn(() => owners.refuse());
}

function faultsIn(call: () => unknown): readonly string[] {
  return (refusalOf(call)?.diagnostics ?? []).map(({ file }) => path.relative(root, file));
}

function refusalOf(call: () => unknown): RefusedError | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  return undefined;
}

describe('accepts', () => {
  test('files that only root and the caller can change', () => {
    expect(faultsOf('etc/audit/m.yaml')).toEqual([]);
  });

  test('symlinks of theirs, one through another', () => {
    symlinkSync('etc/audit', inside('current'));
    symlinkSync(inside('current/m.yaml'), inside('m.yaml'));

    expect(faultsOf('m.yaml')).toEqual([]);
  });

  test('a file of theirs in a sticky directory that all may write', () => {
    chmodSync(inside('etc'), 0o1777);

    expect(faultsOf('etc/audit/m.yaml')).toEqual([]);
  });

  test('a relative path, and dots behind a symlink', () => {
    mkdirSync(inside('etc/audit/deep'), { mode: 0o755 });
    symlinkSync('etc/audit/deep', inside('deep'));

    expect(faultsOf(path.relative(process.cwd(), inside('etc/audit/m.yaml')))).toEqual([]);
    expect(faultsOf(`${root}/deep/../m.yaml`)).toEqual([]);
  });

  test('a file that is missing: that is for others to tell', () => {
    symlinkSync('nothing', inside('dangling'));

    expect(faultsOf('dangling')).toEqual([]);
    expect(faultsOf('none/m.yaml')).toEqual([]);
  });
});

describe('refuses', () => {
  test.each([
    ['a file that all may write', 'etc/audit/m.yaml', 0o646],
    ['its directory', 'etc/audit', 0o757],
    ['a directory further up', 'etc', 0o757],
  ])('%s', (_, name, mode) => {
    chmodSync(inside(name), mode);

    expect(faultsOf('etc/audit/m.yaml')).toEqual([name]);
  });

  test('what is behind a symlink: its directory, and the file', () => {
    symlinkSync('etc/audit/m.yaml', inside('m.yaml'));
    chmodSync(inside('etc/audit'), 0o757);
    chmodSync(inside('etc/audit/m.yaml'), 0o646);

    expect(faultsOf('m.yaml')).toEqual(['etc/audit', 'etc/audit/m.yaml']);
  });

  test('the directory of a symlink, on the way of another', () => {
    mkdirSync(inside('links'));
    chmodSync(inside('links'), 0o757);
    symlinkSync(inside('etc/audit'), inside('links/audit'));
    symlinkSync('links/audit/m.yaml', inside('m.yaml'));

    expect(faultsOf('m.yaml')).toEqual(['links']);
  });

  test('a hard link, by the mode of what is open', () => {
    chmodSync(inside('etc/audit/m.yaml'), 0o646);
    linkSync(inside('etc/audit/m.yaml'), inside('hard.yaml'));

    expect(faultsOf('hard.yaml')).toEqual(['hard.yaml']);
  });

  test('a ConfigMap, whose folder the kubelet makes for all to write, and nothing else of it', () => {
    mkdirSync(inside('volume/..2026_1'), { recursive: true });
    writeFileSync(inside('volume/..2026_1/m.yaml'), '', { mode: 0o444 });
    symlinkSync('..2026_1', inside('volume/..data'));
    symlinkSync('..data/m.yaml', inside('volume/m.yaml'));
    chmodSync(inside('volume'), 0o777);

    expect(faultsOf('volume/m.yaml')).toEqual(['volume']);
    chmodSync(inside('volume'), 0o755);
    expect(faultsOf('volume/m.yaml')).toEqual([]);
  });

  test('a file that is not the one at its path any more', () => {
    const owners = ownershipCheckFor(caller);
    const file = inside('etc/audit/m.yaml');
    readRegularFile(file, 2 ** 20, (name, opened) => {
      writeFileSync(`${file}.new`, '');
      renameSync(`${file}.new`, file);
      owners.look(name, opened);
    });

    const [fault] = refusalOf(() => owners.refuse())?.diagnostics ?? [];
    expect(fault).toMatchObject({ file, code: 'exchanged-file' });
  });

  test('a file that is gone from its path, and its directory with it', () => {
    const owners = ownershipCheckFor(caller);
    readRegularFile(inside('etc/audit/m.yaml'), 2 ** 20, (name, opened) => {
      rmSync(inside('etc'), { recursive: true });
      owners.look(name, opened);
    });

    expect(faultsIn(() => owners.refuse())).toEqual(['etc/audit/m.yaml']);
  });

  describe.skipIf(!isRoot)("what is not the caller's (only root can give files away)", () => {
    test.each([
      ['a file', 'etc/audit/m.yaml'],
      ['its directory', 'etc/audit'],
      ['a directory further up', 'etc'],
    ])('%s', (_, name) => {
      chownSync(inside(name), stranger, 0);

      expect(faultsOf('etc/audit/m.yaml')).toEqual([name]);
    });

    test('a symlink', () => {
      symlinkSync('etc/audit/m.yaml', inside('m.yaml'));
      lchownSync(inside('m.yaml'), stranger, stranger);

      expect(faultsOf('m.yaml')).toEqual(['m.yaml']);
    });

    test('what another put into a sticky directory beforehand', () => {
      chmodSync(inside('etc'), 0o1777);
      chownSync(inside('etc/audit'), stranger, stranger);

      expect(faultsOf('etc/audit/m.yaml')).toEqual(['etc/audit']);
    });

    test('a file of a group that may write it, unless that is root’s', () => {
      chmodSync(inside('etc/audit/m.yaml'), 0o664);

      expect(faultsOf('etc/audit/m.yaml')).toEqual([]);
      chownSync(inside('etc/audit/m.yaml'), 0, 50);
      expect(faultsOf('etc/audit/m.yaml')).toEqual(['etc/audit/m.yaml']);
    });
  });
});

describe('of a manifest and its objects', () => {
  const load = (): unknown => {
    const owners = ownershipCheckFor(caller);
    return loadObjects(loadManifest(inside('etc/audit/m.yaml'), owners), library, owners);
  };

  test('all faults are told at once, each once, with their cures', () => {
    for (const name of ['etc', 'etc/audit/m.yaml', 'etc/audit/o.bpf.o']) {
      chmodSync(inside(name), 0o757);
    }

    const refused = refusalOf(load);

    expect(refused?.exitStatus).toBe(3);
    expect(refused?.message).toMatch(/^refused: others than root.* could change 3 files or dir/);
    expect(refused?.hint).toContain('--allow-insecure-files');
    expect(refused?.diagnostics.map(({ file, hint }) => `${file}: ${hint ?? ''}`)).toEqual(
      ['etc', 'etc/audit/m.yaml', 'etc/audit/o.bpf.o'].map(
        (name) => `${inside(name)}: chmod go-w ${inside(name)}`,
      ),
    );
  });

  test('nothing is looked into before all were found good', () => {
    chmodSync(inside('etc/audit/o.bpf.o'), 0o646);
    const owners = ownershipCheckFor(caller);
    const inspected: string[] = [];

    const faults = faultsIn(() =>
      loadObjects(
        loadManifest(inside('etc/audit/m.yaml'), owners),
        recordingLibrary(inspected),
        owners,
      ),
    );

    expect(faults).toEqual(['etc/audit/o.bpf.o']);
    expect(inspected).toEqual([]);
  });

  test('a manifest that is wrong as well is refused, not criticised', () => {
    writeFileSync(inside('etc/audit/m.yaml'), 'version: 2\n');
    chmodSync(inside('etc/audit/m.yaml'), 0o646);

    expect(faultsIn(load)).toEqual(['etc/audit/m.yaml']);
  });

  test('an object that is missing says so, where nothing is at fault', () => {
    rmSync(inside('etc/audit/o.bpf.o'));

    expect(load).toThrow(InvalidError);
  });

  test('without a check, all of it is taken', () => {
    chmodSync(inside('etc/audit/m.yaml'), 0o666);
    const manifest = loadManifest(inside('etc/audit/m.yaml'), ownershipCheckFor(undefined));

    expect(loadObjects(manifest, library, unchecked)).toHaveLength(1);
  });
});
