import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sources } from '../../../src/daemon/sources.ts';
import { isManifestEntry } from '../../../src/manifest/manifest-folder.ts';
import { Directory } from './directory.ts';

let directory: Directory;
beforeEach(() => {
  directory = new Directory();
});
afterEach(() => directory.remove());

async function filesOf(sources: Sources): Promise<readonly string[]> {
  const { manifests } = await sources.list();
  return manifests.map(({ file }) => file.slice(directory.path.length + 1));
}

test.each([
  ['a.yaml', true],
  ['a.yml', true],
  ['a.b.yaml', true],
  ['~a.yaml', true],
  ['.a.yaml', false],
  ['.#a.yaml', false],
  ['a.yaml~', false],
  ['#a.yaml#', false],
  ['.a.yaml.swp', false],
  ['a.yaml.new', false],
  ['..data', false],
  ['.yaml', false],
  ['a.json', false],
  ['ayaml', false],
])('whether "%s" is a manifest: %s', (name, is) => {
  expect(isManifestEntry(name)).toBe(is);
});

describe('what there is', () => {
  test('comes in the order of the operands, and of names within a folder', async () => {
    for (const name of ['f/b.yaml', 'f/B.yaml', 'f/a.yml', 'z.yaml']) directory.write(name, '');
    const sources = new Sources([directory.file('z.yaml'), directory.file('f')]);

    await expect(filesOf(sources)).resolves.toEqual(['z.yaml', 'f/B.yaml', 'f/a.yml', 'f/b.yaml']);
    expect(sources.folders).toEqual([directory.file('f')]);
  });

  test('is what is named first, wherever it is named', async () => {
    directory.write('f/a.yaml', '');
    const sources = new Sources([directory.file('f'), directory.file('f/a.yaml')]);

    const { manifests } = await sources.list();

    expect(manifests).toEqual([{ file: directory.file('f/a.yaml'), folder: undefined }]);
  });

  test('is a file that is missing, and no folder, if its name is one of a manifest', async () => {
    const sources = new Sources([directory.file('m.yaml'), directory.file('m')]);

    await expect(filesOf(sources)).resolves.toEqual(['m.yaml', 'm']);
    mkdirSync(directory.file('m.yaml'));
    directory.write('m/a.yaml', '');

    await expect(filesOf(sources)).resolves.toEqual(['m.yaml', 'm/a.yaml']);
  });
});

describe('a folder that cannot be looked into has what it had', () => {
  test.each<[string, string, () => void]>([
    ['gone', 'ENOENT', () => renameSync(directory.file('f'), directory.file('g'))],
    [
      'a file instead',
      'ENOTDIR',
      () => {
        renameSync(directory.file('f'), directory.file('g'));
        directory.write('f', '');
      },
    ],
    ...(process.geteuid?.() === 0
      ? []
      : ([['closed', 'EACCES', () => chmodSync(directory.file('f'), 0)]] as [
          string,
          string,
          () => void,
        ][])),
  ])('%s', async (_, code, change) => {
    directory.write('f/a.yaml', '');
    const sources = new Sources([directory.file('f')]);
    await sources.list();

    change();
    const { manifests, problems } = await sources.list();

    expect(manifests).toHaveLength(1);
    expect([...problems]).toEqual([[directory.file('f'), code]]);
  });

  test('not there yet, as its slash says', async () => {
    const sources = new Sources([`${directory.file('f')}/`]);

    const { manifests, folders, problems } = await sources.list();

    expect(manifests).toEqual([]);
    expect(folders).toHaveLength(1);
    expect(problems.size).toBe(1);
  });
});
