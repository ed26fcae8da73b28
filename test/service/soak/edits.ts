import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../support/service.ts';

export type Random = (below: number) => number;

/** A good manifest, and how many links there are once all is as it says. */
export interface Good {
  readonly object: string;
  readonly text: string;
  readonly links: number;
}

const object = join(manifest.file, '../it.bpf.o');

/** Where it starts, and what it comes back to in the end. */
export const home: Good = {
  object: 'counter',
  text: textOf('    globals: { step: 1 }\n', [
    'count_first: vfs_link',
    'count_return: { target: vfs_symlink, replace: overlap }',
    'count_second: { target: vfs_link, state: paused }',
  ]),
  links: 3,
};

const functions = ['vfs_link', 'vfs_symlink', 'vfs_mkdir', 'vfs_rmdir', 'vfs_rename'];
const ways = ['replace: exchange', 'replace: overlap', 'replace: gap', 'state: loaded'];

/** Any of some thousand: objects, global variables, programs, targets, ways of replacing. */
export function anyGood(random: Random): Good {
  const programs = ['count_first', 'count_return'].slice(random(2)).map((name) => {
    const some = functions.filter(() => random(3) === 0);
    const targets = some.length === 0 ? ['vfs_link'] : some;
    const way = pick(ways, random);
    const line = `${name}: { targets: [${targets.join(', ')}], ${way} }`;
    return { line, links: way === 'state: loaded' ? 0 : targets.length };
  });
  return {
    object: pick(['counter', 'counter-v2'], random),
    text: textOf(
      `    globals: { step: ${1 + random(3)} }\n`,
      programs.map(({ line }) => line),
    ),
    links: programs.reduce((sum, { links }) => sum + links, 0),
  };
}

export function write({ object: name, text }: Good): void {
  manifest.object(name);
  manifest.write(text);
}

/** What people and machines do wrong. None of it changes what runs. */
export const mistakes: Readonly<Record<string, (text: string, random: Random) => void>> = {
  'a manifest that was cut off': (text, random) =>
    manifest.write(text.slice(0, random(text.indexOf('    programs:')))),
  'a wrong key': (text) => manifest.write(`${text}colour: blue\n`),
  'a function that is not there': (text) =>
    manifest.write(text.replace(/vfs_\w+/, 'vfs_nothing_like_it')),
  'an object that was cut off': (_, random) => truncateSync(object, 64 + random(900)),
  'an object that is none': (_, random) =>
    writeFileSync(object, Buffer.from(Array.from({ length: 5000 }, () => random(256)))),
  'an object that is gone': () => rmSync(object),
  'a map of another shape': () => manifest.object('counter-changed-map'),
  'a program that the verifier rejects': () => {
    manifest.object('rejected');
    manifest.write(textOf('', ['bad: vfs_link']));
  },
};

function textOf(globals: string, programs: readonly string[]): string {
  const lines = programs.map((line) => `      ${line}\n`).join('');
  return `version: 1
name: service
guard: { max_detach: 100% }
objects:
  it:
    file: it.bpf.o
${globals}    programs:
${lines}`;
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)] as Item; // there is one at each index below the length
}
