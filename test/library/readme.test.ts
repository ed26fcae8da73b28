import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { format } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { useFdCount } from './support/fds.ts';

// What examples/library shows, run as it stands against the built library.

const repository = path.join(import.meta.dirname, '../..');
const folder = path.join(repository, 'examples/library');
const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^## (.*)\n|^```ts\n([\s\S]*?)^```$/gm)];

/** test/vitest.vm.config.ts says where `import … from 'fentryctl'` leads. */
const scratch = path.join(folder, 'scratch');
beforeAll(() => void mkdirSync(scratch, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

process.chdir(repository); // as somebody who tries it out would
useFdCount();

interface Example {
  readonly title: string;
  readonly code: string;
}

test.each(examples())('$title', async ({ title, code }) => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(format(...values));
  });
  const file = path.join(scratch, `${title.replaceAll(' ', '-')}.ts`);
  writeFileSync(file, code);

  await import(file);

  const promised = code.matchAll(/console\.log\(.*\); \/\/ ([^…\n]*)$/gm);
  for (const [, text = ''] of promised) expect(printed).toContain(text);
  expect(printed.join('\n')).not.toContain('undefined');
});

test('filename-lookup prints every path that is looked up, until it is stopped', async () => {
  const script = path.join(folder, 'filename-lookup.mjs');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  await once(child.stderr, 'data'); // it says when it watches

  statSync('/etc/hostname');
  const wanted = `${process.pid} `;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith(wanted) && line.endsWith(' /etc/hostname')) break;
  }

  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

function examples(): readonly Example[] {
  let title = '';
  return blocks.flatMap(([, heading, code], index) => {
    title = heading ?? title;
    return code === undefined ? [] : [{ title: `${index} ${title}`, code }];
  });
}
