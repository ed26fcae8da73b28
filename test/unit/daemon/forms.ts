import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Directory } from './directory.ts';

/** As the kubelet writes a volume: files are links through `..data`, which is exchanged, and the old folder goes. */
function configMap(d: Directory, version: string): void {
  const old = existsSync(d.file('volume')) ? `volume/..2026_${Number(version) - 1}` : undefined;
  d.write(`volume/..2026_${version}/m.yaml`, version);
  d.link(`..2026_${version}`, 'volume/..data');
  if (!existsSync(d.file('volume/m.yaml'))) symlinkSync('..data/m.yaml', d.file('volume/m.yaml'));
  if (old !== undefined) d.remove(old);
}

/** A way in which a file changes. */
export interface Form {
  readonly what: string;
  /** Makes what is there at first. */
  readonly before: (directory: Directory) => unknown;
  readonly file: string;
  readonly change: (directory: Directory) => unknown;
}

const one = (d: Directory): string => d.write('m.yaml', 'old');
const deep = (d: Directory): string => d.write('a/b/c/m.yaml', 'old');
const releases = (d: Directory): void => {
  for (const version of ['v1', 'v2']) d.write(`store/${version}/etc/m.yaml`, version);
};

export const forms: readonly Form[] = [
  // the file itself
  {
    what: 'written in place',
    before: one,
    file: 'm.yaml',
    change: (d) => writeFileSync(d.file('m.yaml'), 'new'),
  },
  {
    what: 'appended to',
    before: one,
    file: 'm.yaml',
    change: (d) => appendFileSync(d.file('m.yaml'), 'new'),
  },
  { what: 'cut short', before: one, file: 'm.yaml', change: (d) => truncateSync(d.file('m.yaml')) },
  {
    what: 'renamed over',
    before: one,
    file: 'm.yaml',
    change: (d) => d.replace('m.yaml', 'new'),
  },
  {
    what: 'moved aside as a backup, and written anew, as vim does',
    before: one,
    file: 'm.yaml',
    change: (d) => {
      renameSync(d.file('m.yaml'), d.file('m.yaml~'));
      d.write('m.yaml', 'new');
      unlinkSync(d.file('m.yaml~'));
    },
  },
  {
    what: 'copied over, as cp and install do',
    before: one,
    file: 'm.yaml',
    change: (d) => {
      d.write('other', 'new');
      rmSync(d.file('m.yaml'));
      copyFileSync(d.file('other'), d.file('m.yaml'));
    },
  },
  {
    what: 'a hard link put over it',
    before: one,
    file: 'm.yaml',
    change: (d) => {
      linkSync(d.write('other', 'new'), d.file('next'));
      renameSync(d.file('next'), d.file('m.yaml'));
    },
  },
  { what: 'deleted', before: one, file: 'm.yaml', change: (d) => unlinkSync(d.file('m.yaml')) },
  {
    what: 'deleted and put back',
    before: one,
    file: 'm.yaml',
    change: (d) => {
      unlinkSync(d.file('m.yaml'));
      d.write('m.yaml', 'new');
    },
  },
  {
    what: 'moved away and back',
    before: one,
    file: 'm.yaml',
    change: (d) => {
      renameSync(d.file('m.yaml'), d.file('aside'));
      renameSync(d.file('aside'), d.file('m.yaml'));
    },
  },
  {
    what: 'replaced by a folder',
    before: one,
    file: 'm.yaml',
    change: (d) => {
      unlinkSync(d.file('m.yaml'));
      mkdirSync(d.file('m.yaml'));
    },
  },
  // symlinks
  {
    what: 'a ConfigMap that is written again',
    before: (d) => configMap(d, '1'),
    file: 'volume/m.yaml',
    change: (d) => configMap(d, '2'),
  },
  {
    what: 'a link to the file, exchanged',
    before: (d) => {
      releases(d);
      d.link('store/v1/etc/m.yaml', 'm.yaml');
    },
    file: 'm.yaml',
    change: (d) => d.link('store/v2/etc/m.yaml', 'm.yaml'),
  },
  {
    what: 'a link to its folder, exchanged',
    before: (d) => {
      releases(d);
      d.link('store/v1/etc', 'etc');
    },
    file: 'etc/m.yaml',
    change: (d) => d.link('store/v2/etc', 'etc'),
  },
  {
    what: 'a link two folders above, exchanged, as profiles of Nix have it',
    before: (d) => {
      releases(d);
      d.link('store/v1', 'profile-1');
      d.link('profile-1', 'current');
      d.link('current/etc/m.yaml', 'm.yaml');
    },
    file: 'm.yaml',
    change: (d) => {
      d.link('store/v2', 'profile-2');
      d.link('profile-2', 'current');
    },
  },
  {
    what: 'a link removed and made again',
    before: (d) => {
      releases(d);
      d.link('store/v1/etc', 'etc');
    },
    file: 'etc/m.yaml',
    change: (d) => {
      unlinkSync(d.file('etc'));
      symlinkSync('store/v2/etc', d.file('etc'));
    },
  },
  {
    what: 'a link replaced by a folder',
    before: (d) => {
      releases(d);
      d.link('store/v1/etc', 'etc');
    },
    file: 'etc/m.yaml',
    change: (d) => {
      unlinkSync(d.file('etc'));
      d.write('etc/m.yaml', 'new');
    },
  },
  {
    what: 'what a link leads to, written in place',
    before: (d) => {
      releases(d);
      d.link('store/v1/etc/m.yaml', 'm.yaml');
    },
    file: 'm.yaml',
    change: (d) => d.write('store/v1/etc/m.yaml', 'new'),
  },
  {
    what: 'a link that led nowhere',
    before: (d) => d.link('store/m.yaml', 'm.yaml'),
    file: 'm.yaml',
    change: (d) => d.write('store/m.yaml', 'new'),
  },
  // folders
  {
    what: 'its folder, replaced by rename',
    before: deep,
    file: 'a/b/c/m.yaml',
    change: (d) => {
      d.write('a/b/new/m.yaml', 'new');
      renameSync(d.file('a/b/c'), d.file('a/b/old'));
      renameSync(d.file('a/b/new'), d.file('a/b/c'));
    },
  },
  {
    what: 'its folder, removed and made again',
    before: deep,
    file: 'a/b/c/m.yaml',
    change: (d) => {
      d.remove('a/b/c');
      d.write('a/b/c/m.yaml', 'new');
    },
  },
  {
    what: 'a folder far above, replaced by rename',
    before: deep,
    file: 'a/b/c/m.yaml',
    change: (d) => {
      d.write('new/b/c/m.yaml', 'new');
      renameSync(d.file('a'), d.file('old'));
      renameSync(d.file('new'), d.file('a'));
    },
  },
  {
    what: 'a folder far above, moved away',
    before: deep,
    file: 'a/b/c/m.yaml',
    change: (d) => renameSync(d.file('a'), d.file('old')),
  },
  {
    what: 'a folder far above, removed',
    before: deep,
    file: 'a/b/c/m.yaml',
    change: (d) => d.remove('a'),
  },
  {
    what: 'folders that were missing',
    before: () => undefined,
    file: 'a/b/c/m.yaml',
    change: deep,
  },
  {
    what: 'a folder far above what a link leads to, replaced',
    before: (d) => {
      releases(d);
      d.link('store/v1/etc/m.yaml', 'm.yaml');
    },
    file: 'm.yaml',
    change: (d) => {
      renameSync(d.file('store'), d.file('old'));
      releases(d);
    },
  },
];
