import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

const repository = join(import.meta.dirname, '../..');
const folder = join(repository, 'examples/kubernetes');
const example = join(repository, 'examples/file-opens/file-opens');
const directory = mkdtempSync(join(tmpdir(), 'fentryctl-kubernetes-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** Where the types of what we have are, in a package that is made from the API's own OpenAPI documents. */
const modules: Readonly<Record<string, string>> = {
  'apps/v1 DaemonSet': 'apps/v1',
  'v1 ConfigMap': 'core/v1',
  'v1 Namespace': 'core/v1',
};

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
}

function documentsIn(text: string): readonly Document[] {
  return parseAllDocuments(text).map((one) => {
    expect(one.errors).toEqual([]);
    return one.toJS() as Document; // every object of the API has these two
  });
}

function configMap(): string {
  const argv = [join(folder, 'configmap.sh'), `${example}.yaml`, `${example}.bpf.o`];
  const { status, stdout, stderr } = spawnSync('bash', argv, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const texts = [...files.map((name) => readFileSync(join(folder, name), 'utf8')), configMap()];
const documents = texts.flatMap(documentsIn);

/** What the compiler has against each of them: an unknown key, a wrong type, a key that is missing. */
function violations(name: string, values: readonly Document[]): readonly string[] {
  const project = join(directory, name);
  mkdirSync(project);
  values.forEach((value, index) => {
    const module = modules[`${value.apiVersion} ${value.kind}`];
    if (module === undefined) throw new Error(`of what type is ${JSON.stringify(value)}?`);
    writeFileSync(
      join(project, `${index}.ts`),
      `import type { ${value.kind} } from 'kubernetes-types/${module}';\nexport const it: ${value.kind} = ${JSON.stringify(value)};\n`,
    );
  });
  const paths = { 'kubernetes-types/*': [join(repository, 'node_modules/kubernetes-types/*')] };
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths,
    module: 'esnext',
    moduleResolution: 'bundler',
  };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['.'] }),
  );
  const tsc = join(repository, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(tsc, ['-p', project, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: project,
  });
  return stdout.split('\n').filter((line) => line !== '');
}

test('each document is what the API of Kubernetes takes', () => {
  expect(documents.map(({ kind }) => kind).toSorted()).toEqual([
    'ConfigMap',
    'DaemonSet',
    'Namespace',
  ]);
  expect(violations('good', documents)).toEqual([]);
});

test('a document that is wrong would be found', () => {
  const text = readFileSync(join(folder, 'daemonset.yaml'), 'utf8');
  const wrong = [
    ['readinessProbe:', 'readynessProbe:'],
    ['terminationGracePeriodSeconds: 30', 'terminationGracePeriodSeconds: soon'],
    ['mountPath: /etc/fentryctl', 'path: /etc/fentryctl'],
    ['drop: [ALL]', 'drop: ALL'],
    ['  selector:\n    matchLabels:\n      app.kubernetes.io/name: fentryctl\n', ''],
  ] as const;

  const found = violations(
    'wrong',
    wrong.flatMap(([right, mistake]) => {
      expect(text).toContain(right);
      return documentsIn(text.replace(right, mistake));
    }),
  );

  const complaints = found
    .filter((line) => /^\d+\.ts/.test(line))
    .map((line) => line.slice(0, line.indexOf('(')));
  expect([...new Set(complaints)].toSorted()).toEqual(wrong.map((_, index) => `${index}.ts`));
});

test('what the ConfigMap holds is a valid manifest with its object', () => {
  interface ConfigMap {
    readonly data: Readonly<Record<string, string>>;
    readonly binaryData: Readonly<Record<string, string>>;
  }
  const [{ data, binaryData }] = documentsIn(configMap()) as unknown as [ConfigMap]; // the first test checks it
  for (const [name, text] of Object.entries(data)) writeFileSync(join(directory, name), text);
  for (const [name, text] of Object.entries(binaryData))
    writeFileSync(join(directory, name), Buffer.from(text, 'base64'));

  const main = join(repository, 'dist/command/main.cjs');
  const argv = [main, 'validate', join(directory, 'manifest.yaml')];

  expect(spawnSync(process.execPath, argv, { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('the container starts from a package that the build makes, and runs what is in it', () => {
  const text = readFileSync(join(repository, 'packaging/Containerfile'), 'utf8');

  const [, source = ''] = /^COPY (\S+) \/tmp\/$/m.exec(text) ?? [];

  expect(source).toBe('build/fentryctl_*.deb');
  expect(readFileSync(join(repository, 'packaging/deb/build.sh'), 'utf8')).toContain(
    'directory=${OUT:-packaging/build}',
  );
  expect(text).toContain('ENTRYPOINT ["/usr/bin/fentryctl"]');
  expect(text).not.toMatch(/^FROM .*[./]/m); // no registry's host
});
