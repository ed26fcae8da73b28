import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeBinary } from './node-binary.ts';
import { npm } from './npm.ts';

const repository = join(import.meta.dirname, '../..');
const example = join(repository, 'examples/file-opens/file-opens');
const own = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Manifest; // this repository's own

/** What is started: the command, and workers when they are needed. Each runs the program beside it. */
const started = ['main', 'watch-worker', 'figures-worker'];
const programs = started.map((name) => `${name}-program.cjs`);

const bundles = [...started.map((name) => `${name}.cjs`), ...programs, 'exposition.cjs'];

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

let directory: string;
let packed: Packed;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'fentryctl-package-'));
  // Without scripts: "prepack" would build dist/ again while other tests run it.
  const to = ['--pack-destination', directory];
  const listing = await npm(repository, 'pack', '--json', '--ignore-scripts', ...to);
  packed = (JSON.parse(listing) as readonly [Packed])[0]; // npm-pack(1): an entry for each package
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the tarball', () => {
  test('has the command, the library, the schemas and the papers, and nothing else', () => {
    const library = filesIn('src')
      .filter((file) => /^(?:base|bpf|state)\//.test(file) && !file.startsWith('bpf/kernel/'))
      .flatMap((file) => [
        `dist/${file.replace(/\.ts$/, '.js')}`,
        `dist/${file.replace(/\.ts$/, '.d.ts')}`,
      ]);
    const command = ['LICENSES', ...bundles].map((name) => `dist/command/${name}`);
    const schemas = filesIn('schemas').map((file) => `schemas/${file}`);
    const papers = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];

    const paths = packed.files.map(({ path }) => path);

    const wanted = [...library, ...command, ...schemas, ...papers];
    expect(paths.toSorted()).toEqual(wanted.toSorted());
  });

  test('has all that the library imports, and declares', () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    for (const ending of ['.js', '.d.ts']) {
      const reached = reachedFrom(`dist/bpf/index${ending}`, ending);
      expect(reached.size).toBeGreaterThan(20);
      expect([...reached].filter((path) => !paths.has(path))).toEqual([]);
    }
  });

  test('has a command that can be executed', () => {
    const main = packed.files.find(({ path }) => path === 'dist/command/main.cjs');

    expect((main?.mode ?? 0) & 0o111).toBe(0o111);
    expect(textOf('dist/command/main.cjs')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('has programs whose characters are single bytes, for so they are read', () => {
    for (const file of bundles) expect(textOf(`dist/command/${file}`)).toMatch(/^[\0-\x7f]*$/);
  });

  test('imports its dependencies, each of them, and nothing else', () => {
    const code = packed.files.filter(({ path }) => /\.c?js$/.test(path));

    const imported = code.flatMap(({ path }) => packagesIn(textOf(path)));

    const known = ['fastest-levenshtein', 'koffi'];
    expect([...new Set(imported)].toSorted()).toEqual(known);
    expect(Object.keys(own.dependencies).toSorted()).toEqual(known);
  });

  test('has a command that brings nothing of metrics unless they are asked for', () => {
    const { stdout } = run(process.execPath, [
      '-e',
      `process.argv = [process.execPath, 'fentryctl', '--version'];
      require('${join(repository, 'dist/command/main.cjs')}');
      setImmediate(() => console.log(process.moduleLoadList.filter((name) => /http/.test(name)).length));`,
    ]);

    expect(stdout).toBe(`fentryctl ${own.version}\n0\n`);
    for (const file of programs)
      expect(textOf(`dist/command/${file}`)).not.toContain('node_modules/prom-client/');
  });

  test('has the licence of each package that is bundled', () => {
    const bundled = bundles.flatMap((file) => [
      ...textOf(`dist/command/${file}`).matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm),
    ]);
    const names = [...new Set(bundled.map(([, name = '']) => name))];

    const metrics = ['@opentelemetry/api', 'bintrees', 'prom-client', 'tdigest'];
    const others = ['chokidar', 'fastest-levenshtein', 'readdirp', 'yaml'];
    expect(names.toSorted()).toEqual([...metrics, ...others].toSorted());
    const licences = textOf('dist/command/LICENSES').split('\n');
    for (const name of names) expect(licences).toContain(name);
  });
});

describe('installed globally', () => {
  let bin: string;

  beforeAll(async () => {
    const prefix = join(directory, 'prefix');
    const tarball = join(directory, packed.filename);
    await npm(directory, 'install', '-g', '--prefix', prefix, '--prefer-offline', tarball);
    bin = join(prefix, 'bin/fentryctl');
  });

  test('it is a command, and says so', () => {
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;

    const { status, stdout } = run(bin, ['--help'], path);

    expect(stdout).toContain('usage: fentryctl COMMAND');
    expect(status).toBe(0);
  });

  test('its library can be imported', () => {
    const code = `import * as library from 'fentryctl'; console.log(Object.keys(library).join(' '))`;
    const cwd = join(directory, 'prefix/lib');

    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd,
      encoding: 'utf8',
    });

    expect(status).toBe(0);
    for (const name of ['Btf', 'Ebpf', 'EbpfMap', 'FEntry', 'FExit', 'PinnedLink', 'RingBuffer']) {
      expect(stdout.split(/\s/)).toContain(name);
    }
  });

  test(`it works on this Node, ${process.version}`, () => {
    expectToWork(process.execPath, bin);
  });

  test.for([22, 24])('it works on Node %i', async (major, context) => {
    const node = await nodeBinary(major).catch((error: unknown) =>
      context.skip(`no Node ${String(major)} for this machine: ${String(error)}`),
    );

    expect(run(node, ['--version']).stdout).toMatch(new RegExp(`^v${String(major)}\\.`));
    expectToWork(node, bin);
  });
});

/** Starts, reads the schema's check, libbpf and an object: all that can break when it is installed. */
function expectToWork(node: string, bin: string): void {
  expect(existsSync(`${example}.bpf.o`), 'the examples are built').toBe(true);
  expect(run(node, [bin, '--version'])).toEqual(success(`fentryctl ${own.version}\n`));
  expect(run(node, [bin, 'validate', `${example}.yaml`])).toEqual(
    success(`${example}.yaml: valid (1 object, 1 program)\n`),
  );
  expect(run(node, [bin, 'inspect', `${example}.bpf.o`])).toEqual(
    success(expect.stringMatching(/count_open +fentry\/vfs_open +fentry/)),
  );
}

/** What a command that succeeds gives. */
function success(stdout: unknown) {
  return { status: 0, stdout, stderr: '' };
}

function run(program: string, args: readonly string[], path = process.env['PATH']) {
  const env = { ...process.env, PATH: path };
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: directory,
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

function filesIn(folder: string): readonly string[] {
  const path = join(repository, folder);
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

function textOf(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

/** A module, and all that it imports from its neighbours, and so on. */
function reachedFrom(file: string, ending: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const [, specifier = ''] of textOf(file).matchAll(/\bfrom\s*["'](\.[^"']+)["']/g)) {
    const path = join(dirname(file), specifier).replace(/\.[jt]s$/, ending);
    reachedFrom(path, ending, reached);
  }
  return reached;
}

/** The packages that a module imports; Node's own and its neighbours left out. */
function packagesIn(code: string): readonly string[] {
  const specifiers = code.matchAll(
    /(?<!["'])(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)["']([^"']+)["']/g,
  );
  return [...specifiers]
    .map(([, specifier = '']) => specifier)
    .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
    .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
}
