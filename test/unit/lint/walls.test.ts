import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const imports = 'eslint(no-restricted-imports)';
const walls = [imports, 'eslint(no-console)', 'eslint(no-restricted-properties)'];

/** File, what it says, and the rule that must object. */
const forbidden: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['src/base/a.ts', `import '../state/ids.ts';`, imports],
  ['src/base/b.ts', `import type { Plan } from '../plan/plan.ts';`, imports],
  ['src/base/c.ts', `export * from '../cli/args.ts';`, imports],
  ['src/state/a.ts', `import '../plan/plan.ts';`, imports],
  ['src/state/b.ts', `import 'node:fs';`, imports],
  ['src/state/c.ts', `import 'fs';`, imports],
  ['src/state/d.ts', `import 'koffi';`, imports],
  ['src/plan/a.ts', `import '../apply/apply.ts';`, imports],
  ['src/plan/b.ts', `import '../manifest/manifest.ts';`, imports],
  ['src/plan/c.ts', `import 'node:crypto';`, imports],
  ['src/plan/d.ts', `import 'yaml';`, imports],
  ['src/plan/e.ts', `import '../converge.ts';`, imports],
  ['src/plan/f.ts', `import '../save-plan.ts';`, imports],
  ['src/manifest/a.ts', `import '../plan/plan.ts';`, imports],
  ['src/manifest/b.ts', `import '../bpf/btf/btf.ts';`, imports],
  ['src/manifest/c.ts', `import 'chokidar';`, imports],
  ['src/apply/a.ts', `import '../bpf/kernel.ts';`, imports],
  ['src/apply/b.ts', `import '../converge.ts';`, imports],
  ['src/apply/c.ts', `import '../manifest/manifest.ts';`, imports],
  ['src/apply/d.ts', `import 'yaml/util';`, imports],
  ['src/bpf/a.ts', `import '../apply/apply.ts';`, imports],
  ['src/bpf/b.ts', `import '../plan/plan.ts';`, imports],
  ['src/bpf/c.ts', `import 'koffi';`, imports],
  ['src/bpf/d.ts', `import { unlinkSync } from 'node:fs';`, imports],
  ['src/bpf/e.ts', `import * as fs from 'node:fs';`, imports],
  ['src/bpf/f.ts', `import { rmdir } from 'node:fs/promises';`, imports],
  ['src/bpf/kernel/d.ts', `import { closeSync } from 'node:fs';`, imports],
  ['src/bpf/libbpf/d.ts', `import { mkdirSync } from 'fs';`, imports],
  ['src/bpf/kernel/a.ts', `import '../libbpf/pin.ts';`, imports],
  ['src/bpf/kernel/b.ts', `import 'koffi';`, imports],
  ['src/bpf/libbpf/a.ts', `import '../../apply/observe.ts';`, imports],
  ['src/bpf/libbpf/b.ts', `import '../../manifest/manifest.ts';`, imports],
  ['src/a.ts', `import './cli/args.ts';`, imports],
  ['src/b.ts', `import './bpf/kernel.ts';`, imports],
  ['src/c.ts', `import './daemon/watch.ts';`, imports],
  ['src/daemon/a.ts', `import '../cli/args.ts';`, imports],
  ['src/daemon/b.ts', `import '../bpf/kernel.ts';`, imports],
  ['src/daemon/c.ts', `import 'ajv/dist/2020.js';`, imports],
  ['src/daemon/d.ts', `import '../doctor/examine.ts';`, imports],
  ['src/bpf/d.ts', `import '../doctor/examine.ts';`, imports],
  ['src/doctor/a.ts', `import '../cli/options.ts';`, imports],
  ['src/service/a.ts', `import '../cli/options.ts';`, imports],
  ['src/service/b.ts', `import '../daemon/watch.ts';`, imports],
  ['src/daemon/e.ts', `import '../service/units.ts';`, imports],
  ['src/doctor/b.ts', `import '../apply/kernel.ts';`, imports],
  ['src/launch/a.ts', `import '../base/errors.ts';`, imports],
  ['src/launch/c.ts', `import '../converge.ts';`, imports],
  ['src/cache/a.ts', `import '../base/errors.ts';`, imports],
  ['src/launch/b.ts', `import 'fastest-levenshtein';`, imports],
  ['src/cli/a.ts', `import '../bpf/kernel.ts';`, imports],
  ['src/cli/b.ts', `import 'chokidar';`, imports],
  ['src/cli/e.ts', `import 'prom-client';`, imports],
  ['src/base/p.ts', `import 'prom-client/lib/registry.js';`, imports],
  ['src/cli/c.ts', `console.log('no');`, 'eslint(no-console)'],
  ['src/cli/d.ts', `process.exitCode = 1;`, 'eslint(no-restricted-properties)'],
  ['src/cli/output/a.ts', `import '../../bpf/kernel.ts';`, imports],
  ['src/cli/output/b.ts', `process.exit(1);`, 'eslint(no-restricted-properties)'],
  ['src/base/d.ts', `export default 1;`, 'import(no-default-export)'],
  ['src/base/e.ts', `export const x: any = 1;`, 'typescript(no-explicit-any)'],
  ['src/base/f.ts', `export const f = (x?: string) => x!;`, 'typescript(no-non-null-assertion)'],
  ['src/base/g.ts', `async function f() {}\nf();`, 'typescript(no-floating-promises)'],
  ['src/base/h.ts', `export const f = function () {};`, 'eslint(func-style)'],
  [
    'src/base/i.ts',
    `export function f(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n  }\n}`,
    'typescript(switch-exhaustiveness-check)',
  ],
  [
    'src/base/j.ts',
    `import { T } from './k.ts';\nexport type U = T;`,
    'typescript(consistent-type-imports)',
  ],
  ['src/base/l.ts', `export const a = 1;\n`.padEnd(400, '\n'), 'eslint(max-lines)'],
  [
    'src/base/m.ts',
    `export function f() {${'\n  f();'.repeat(51)}\n}`,
    'eslint(max-lines-per-function)',
  ],
  [
    'src/base/n.ts',
    `export function f(_a: 1, _b: 1, _c: 1, _d: 1, _e: 1) {}`,
    'eslint(max-params)',
  ],
  [
    'src/base/o.ts',
    `export function f(x: number) {\n  if (x) { if (x) { if (x) { if (x) { f(x); } } } }\n}`,
    'eslint(max-depth)',
  ],
];

/** Where the door is. */
const allowed: readonly (readonly [file: string, text: string])[] = [
  ['src/state/allowed.ts', `import '../base/errors.ts';`],
  ['src/plan/allowed.ts', `import '../state/ids.ts';\nimport './diff.ts';`],
  [
    'src/manifest/allowed.ts',
    `import 'yaml';\nimport 'ajv/dist/2020.js';\nimport 'node:fs';\nimport '../state/ids.ts';`,
  ],
  [
    'src/apply/allowed.ts',
    `import '../plan/plan.ts';\nimport '../state/ids.ts';\nimport './kernel.ts';`,
  ],
  ['src/bpf/allowed.ts', `import '../apply/kernel.ts';\nimport './libbpf/symbols.ts';`],
  [
    'src/bpf/kernel/allowed.ts',
    `import '../../apply/kernel.ts';\nimport '../ebpf.ts';\nimport '../libbpf/flock.ts';`,
  ],
  [
    'src/bpf/libbpf/allowed.ts',
    `import 'koffi';\nimport '../../apply/kernel.ts';\nimport '../../base/errors.ts';`,
  ],
  [
    'src/allowed.ts',
    `import './apply/apply.ts';\nimport './manifest/manifest.ts';\nimport './plan/plan.ts';`,
  ],
  ['src/daemon/allowed.ts', `import 'chokidar';\nimport 'prom-client';\nimport '../converge.ts';`],
  ['src/service/allowed.ts', `import '../base/errors.ts';\nimport 'node:fs';`],
  ['src/launch/allowed.ts', `import 'node:fs';\nimport '../cache/own-cache.ts';`],
  ['src/doctor/allowed.ts', `import '../bpf/try-trampoline.ts';\nimport 'node:fs';`],
  [
    'src/cli/allowed.ts',
    `import '../doctor/examine.ts';\nimport '../daemon/watch.ts';\nimport '../converge.ts';`,
  ],
  ['src/cli/output/allowed.ts', `console.log('yes');`],
  ['src/cli/main.ts', `process.exitCode = 1;`],
  ['src/cli/choose-ports.ts', `import '../bpf/kernel.ts';`],
];

const directory = mkdtempSync(join(tmpdir(), 'fentryctl-walls-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Every objection as `file rule`. */
let objections: readonly string[] = [];

beforeAll(() => {
  write(
    'tsconfig.json',
    '{ "compilerOptions": { "strict": true, "module": "nodenext" }, "include": ["src"] }',
  );
  // The file globs in a configuration count from the directory of the one that extends it.
  write(
    '.oxlintrc.json',
    readFileSync('.oxlintrc.json', 'utf8').replace('./test/lint', resolve('test/lint')),
  );
  write('src/base/k.ts', 'export interface T {}');
  for (const [file, text] of [...forbidden, ...allowed]) write(file, text);
  objections = lint();
}, 30_000);

describe('a wall', () => {
  test.each(forbidden)('%s: %s', (file, _, rule) => {
    expect(objections).toContain(`${file} ${rule}`);
  });
});

describe('a door', () => {
  test.each(allowed)('%s', (file) => {
    expect(
      objections.filter((objection) => walls.some((rule) => objection === `${file} ${rule}`)),
    ).toEqual([]);
  });
});

function write(file: string, text: string): void {
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}

function lint(): readonly string[] {
  // The type-aware half is a program of its own, looked for on the path.
  const programs = resolve('node_modules/.bin');
  const env = { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` };
  const argv = ['--type-aware', '-f', 'json', 'src'];
  const { stdout } = spawnSync(join(programs, 'oxlint'), argv, {
    cwd: directory,
    env,
    encoding: 'utf8',
  });
  const report = JSON.parse(stdout) as { readonly diagnostics: readonly Objection[] }; // oxlint's own format
  return report.diagnostics.map(({ filename, code }) => `${filename} ${code}`);
}

interface Objection {
  readonly filename: string;
  readonly code: string;
}
