import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'fentryctl-deb-'));
const root = join(directory, 'root');
const program = join(root, 'usr/lib/fentryctl/dist/command/main.cjs');
const hasDpkg = spawnSync('dpkg-deb', ['--version']).error === undefined;

let file = '';

afterAll(() => rmSync(directory, { recursive: true }));

/** Builds the package into a directory of its own; returns its path. */
function build(name: string, env: Readonly<Record<string, string>> = {}, umask = '022'): string {
  const script = `umask ${umask} && exec bash ${repository}/packaging/deb/build.sh`;
  const to = join(directory, name);
  mkdirSync(to);
  const options = { cwd: to, env: { ...process.env, ...env, OUT: to }, encoding: 'utf8' } as const;
  return execFileSync('bash', ['-c', script], options).trim();
}

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const reason = hasDpkg ? '' : ' (no dpkg-deb here)';

describe.skipIf(!hasDpkg)(`the Debian package${reason}`, () => {
  beforeAll(() => {
    file = build('first');
    execFileSync('dpkg-deb', ['--extract', file, root]);
  });

  test('has the program, koffi for one architecture, units, completions and papers, and nothing else', () => {
    const listing = run('dpkg-deb', '--contents', file).stdout;
    const koffi = `node_modules/@koromix/koffi-linux-${process.arch}`;

    const files = [...listing.matchAll(/^[-l]\S+ root\/root .* \.\/(\S+)(?: ->.*)?$/gm)];

    expect(files.map(([, path = '']) => path).toSorted()).toEqual(
      [
        'usr/bin/fentryctl',
        ...[
          'dist/command/exposition.cjs',
          'dist/command/figures-worker-program.cjs',
          'dist/command/figures-worker.cjs',
          'dist/command/main-program.cjs',
          'dist/command/main.cjs',
          'dist/command/watch-worker-program.cjs',
          'dist/command/watch-worker.cjs',
          `${koffi}/index.js`,
          `${koffi}/linux_${process.arch}/koffi.node`,
          `${koffi}/package.json`,
          'node_modules/koffi/index.cjs',
          'node_modules/koffi/package.json',
          'node_modules/koffi/src/koffi/index.cjs',
          'node_modules/koffi/src/koffi/src/static.cjs',
          'package.json',
          'schemas/manifest.schema.json',
        ].map((path) => `usr/lib/fentryctl/${path}`),
        'usr/lib/systemd/system/fentryctl-apply.service',
        'usr/lib/systemd/system/fentryctl.service',
        'usr/share/bash-completion/completions/fentryctl',
        ...['NEWS.gz', 'README.md.gz', 'changelog.gz', 'copyright'].map(
          (name) => `usr/share/doc/fentryctl/${name}`,
        ),
        'usr/share/fish/vendor_completions.d/fentryctl.fish',
        'usr/share/zsh/vendor-completions/_fentryctl',
      ].toSorted(),
    );
    expect(listing).toMatch(/^drwxr-xr-x root\/root .* \.\/etc\/fentryctl\/$/m);
    expect(listing).not.toMatch(/^[-d](?:.{4}|.{7})w/m); // for root alone to write
  });

  test('says what it needs', () => {
    const depends = run('dpkg-deb', '--field', file, 'Depends').stdout;

    expect(depends).toMatch(/\bnodejs \(>= 20\.19~\)/);
    expect(depends).toMatch(/\blibbpf1\b/);
  });

  test('is the same, byte for byte, whoever builds it', () => {
    const again = build('second', { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8' }, '077');

    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
  });

  test('is not built for what koffi is not here for', () => {
    const env = { ...process.env, DEB_HOST_ARCH: 'riscv64', OUT: directory };
    const { status, stderr } = spawnSync('bash', [`${repository}/packaging/deb/build.sh`], {
      env,
      encoding: 'utf8',
    });

    expect(status).toBe(69);
    expect(stderr).toContain('no package for riscv64');
  });

  test('has units that run what is in it', () => {
    const unit = readFileSync(join(root, 'usr/lib/systemd/system/fentryctl.service'), 'utf8');

    expect(unit).toMatch(
      /^ExecStart=\/usr\/bin\/node \/usr\/lib\/fentryctl\/dist\/command\/main\.cjs watch \/etc\/fentryctl\/manifest\.yaml$/m,
    );
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/node\n/);
  });

  test('has the licence of each part', () => {
    const copyright = readFileSync(join(root, 'usr/share/doc/fentryctl/copyright'), 'utf8');

    for (const name of ['chokidar', 'fastest-levenshtein', 'koffi', 'readdirp', 'yaml'])
      expect(copyright.split('\n')).toContain(name);
  });

  test('works', () => {
    const example = join(repository, 'examples/file-opens/file-opens');
    const fentryctl = (...args: readonly string[]) => run(process.execPath, program, ...args);

    expect(fentryctl('--version').stdout).toMatch(/^fentryctl \d/);
    expect(fentryctl('validate', `${example}.yaml`)).toMatchObject({ status: 0, stderr: '' });
    expect(fentryctl('inspect', `${example}.bpf.o`)).toMatchObject({ status: 0, stderr: '' });
  });
});
