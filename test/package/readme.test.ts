import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ExitStatus } from '../../src/base/errors.ts';
import { commands } from '../../src/cli/commands.ts';
import { optionTexts } from '../../src/cli/options.ts';
import { loadManifest } from '../../src/manifest/load-manifest.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'fentryctl-readme-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('it names every command and every option, and none that does not exist', () => {
  const words = allOf(/(?:`|\$ |sudo |^)fentryctl ([a-z]+)/gm);
  const flags = allOf(/`[^`\n]*?--([a-z-]+)(?=[ `])[^`\n]*`/g, sectionOf('Commands'));

  expect(sorted(words)).toEqual(sorted(commands.map(({ name }) => name)));
  expect(sorted(flags)).toEqual(sorted(Object.keys(optionTexts)));
});

test('its table of exit statuses is the whole truth', () => {
  const rows = allOf(/^\| (\d+) +\|/gm, sectionOf('Exit status'));

  expect(rows.map(Number)).toEqual(Object.values(ExitStatus));
});

test('each manifest that it shows is one', () => {
  const manifests = allOf(/```yaml\n([\s\S]*?)```/g).filter((text) => /^version:/m.test(text));

  expect(manifests.length).toBeGreaterThan(0);
  for (const text of manifests) {
    const file = join(directory, 'readme.yaml');
    writeFileSync(file, text);
    expect(() => loadManifest(file), text).not.toThrow();
  }
});

function allOf(pattern: RegExp, text = readme): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

function sectionOf(title: string): string {
  const section = readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`README.md has no section "${title}"`);
  return section;
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted();
}
