import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeBinary } from './node-binary.ts';

const repository = join(import.meta.dirname, '../..');
const main = join(repository, 'dist/command/main.cjs');
const manifest = join(repository, 'examples/file-opens/file-opens.yaml');

const said = { status: 0, stdout: `${manifest}: valid (1 object, 1 program)\n`, stderr: '' };

let above: string;
let directory: string;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'fentryctl-code-'));
  directory = join(above, 'code');
});

afterEach(() => rmSync(above, { recursive: true }));

describe.each([process.versions.node, 22, 24])('with Node %s', (version) => {
  let node: string;

  beforeEach(async (context) => {
    node =
      typeof version === 'string'
        ? process.execPath
        : await nodeBinary(version).catch((error: unknown) =>
            context.skip(`no Node ${String(version)} for this machine: ${String(error)}`),
          );
  });

  const validate = () => run(node, ['validate', manifest]);

  test('a second run takes the code of the first, and leaves it as it is', () => {
    expect(validate()).toEqual(said);
    const first = kept();

    expect(validate()).toEqual(said);

    expect(first).toMatchObject({ mode: 0o600, size: expect.any(Number) as number });
    expect(first.size).toBeGreaterThan(100_000);
    expect(kept()).toEqual(first);
  });

  test('code that was damaged is another run’s to replace', () => {
    validate();
    const { file, inode } = kept();
    const bytes = readFileSync(file);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 0x10, middle);
    writeFileSync(file, bytes);

    expect(validate()).toEqual(said);

    expect(kept().inode).not.toBe(inode);
    expect(validate()).toEqual(said);
  });

  test('and so is code that was cut', () => {
    validate();
    const { file, inode, size } = kept();
    truncateSync(file, size - 1000);

    expect(validate()).toEqual(said);

    expect(kept().inode).not.toBe(inode);
  });
});

describe('a run that compiled much more', () => {
  test('leaves its code in the place of that of a shorter one', () => {
    run(process.execPath, ['validate', '--help']);
    const { size } = kept();

    run(process.execPath, ['validate', manifest]);

    expect(kept().size).toBeGreaterThan(size);
  });
});

describe('nothing is kept', () => {
  test('of what does little', () => {
    expect(run(process.execPath, ['--version']).status).toBe(0);
    expect(readdirSync(above)).toEqual([]);
  });

  test('of a run that fails', () => {
    expect(run(process.execPath, ['validate', join(repository, 'package.json')]).status).toBe(65);
    expect(readdirSync(above)).toEqual([]);
  });

  test('where that is off', () => {
    mkdirSync(directory);
    const env = { CACHE_DIRECTORY: directory, XDG_CACHE_HOME: directory, HOME: directory };

    expect(
      run(process.execPath, ['validate', manifest], { ...env, FENTRYCTL_CACHE: 'off' }),
    ).toEqual(said);

    expect(readdirSync(directory)).toEqual([]);
  });

  test('where it cannot be, and nobody is told', () => {
    writeFileSync(directory, '');

    expect(run(process.execPath, ['validate', manifest])).toEqual(said);
  });

  test('where others can write', () => {
    mkdirSync(directory);
    spawnSync('chmod', ['777', directory]);

    expect(run(process.execPath, ['validate', manifest])).toEqual(said);

    expect(readdirSync(directory)).toEqual([]);
  });
});

test('a watch’s worker keeps code of its own', async () => {
  const script = join(repository, 'dist/command/watch-worker.cjs');
  const env = { ...process.env, FENTRYCTL_CACHE: directory };
  const worker = fork(script, ['watch', manifest], { env });
  worker.on('message', ({ kind }: { readonly kind: string }) => {
    if (kind === 'watched') worker.send({ kind: 'go', rivals: ['/another/file-opens.yaml'] });
  });
  worker.send({
    kind: 'start',
    colour: { out: false, err: false },
    job: { kind: 'converge', manifest, others: [], isOneOfMany: false },
  });

  await once(worker, 'close');

  expect(kept().file).toMatch(/\/watch-worker-[\da-f]{8}-v\S+\.code$/);
});

test('what goes wrong in a program is told with its place', () => {
  const broken = join(above, 'dist/command');
  mkdirSync(broken, { recursive: true });
  writeFileSync(join(broken, 'main.cjs'), readFileSync(main));
  const lines = [
    '(function (exports, require, module, __filename, __dirname) {',
    'throw new Error(__filename);',
    '})',
  ];
  const program = join(broken, 'main-program.cjs');
  writeFileSync(program, lines.join('\n'));

  const { status, stderr } = spawnSync(process.execPath, [join(broken, 'main.cjs')], {
    encoding: 'utf8',
  });

  expect(status).toBe(1);
  expect(stderr).toContain(`Error: ${program}\n    at ${program}:2:7\n`);
});

function run(node: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, FENTRYCTL_CACHE: directory, ...more };
  const { status, stdout, stderr } = spawnSync(node, [main, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

/** The one that is there. */
function kept() {
  const [name = '', ...others] = readdirSync(directory);
  expect(others).toEqual([]);
  const file = join(directory, name);
  const { ino, mtimeNs, size, mode } = statSync(file, { bigint: true });
  return { file, inode: ino, mtimeNs, size: Number(size), mode: Number(mode & 0o777n) };
}
