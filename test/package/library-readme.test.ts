import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const folder = join(repository, 'examples/library');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

/** In the package, so that `import … from 'fentryctl'` finds its declarations. */
const scratch = join(folder, 'scratch-types');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the examples of the library have the right types', () => {
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  mkdirSync(scratch, { recursive: true });
  blocks.forEach(([, code = ''], index) => writeFileSync(join(scratch, `${index}.ts`), code));
  const options = { rootDir: '../../..', noEmit: true, declaration: false };
  const config = { extends: '../../../tsconfig.json', compilerOptions: options, include: ['.'] };
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify(config));

  const compile = (): string =>
    execFileSync(join(repository, 'node_modules/.bin/tsc'), ['-p', scratch], { encoding: 'utf8' });

  expect(blocks.length).toBeGreaterThan(8);
  expect(compile()).toBe('');
});

test('its table links to tests that are there, and to its own sections', () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);

  const files = links.filter((link) => !link.startsWith('#'));
  const sections = links.filter((link) => link.startsWith('#'));

  expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  const titles = [...readme.matchAll(/^## (.*)$/gm)].map(([, title = '']) => anchorOf(title));
  expect(sections.filter((section) => !titles.includes(section))).toEqual([]);
});

function anchorOf(title: string): string {
  return `#${title.toLowerCase().replaceAll(' ', '-')}`;
}
