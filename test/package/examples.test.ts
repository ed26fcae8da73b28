import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const main = join(repository, 'dist/command/main.cjs');

const files = ['examples', 'packaging'].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    join(folder, name),
  ),
);
const readmes = files.filter((file) => file.endsWith('README.md'));
const manifests = files.filter(
  (file) => file.endsWith('.yaml') && /^version: 1$/m.test(read(file)),
);

function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

test.each(readmes)('%s names files that are there', (readme) => {
  const text = read(readme);
  const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) =>
    join(dirname(readme), link),
  );
  // In commands and in passing, from the top.
  const words = [...text.matchAll(/(?<![\w/.])(?:examples|packaging|test)\/[^\s`')]+/g)].map(
    ([word]) => word.replace(/[.,;:]+$/, ''),
  );
  const paths = words.filter((word) => !/[*{<]/.test(word));

  const built = /\.bpf\.o$|^packaging\/build\//;
  const named = [...links, ...paths].filter((path) => !built.test(path));

  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
});

test('each manifest is valid', () => {
  const argv = [main, 'validate', ...manifests.map((file) => join(repository, file))];

  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });

  expect(manifests.length).toBeGreaterThan(3);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each(files.filter((file) => file.endsWith('.sh')))('%s can be read by bash', (file) => {
  const { status, stderr } = spawnSync('bash', ['-n', join(repository, file)], {
    encoding: 'utf8',
  });

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
