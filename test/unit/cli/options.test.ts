import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/base/errors.ts';
import { commands } from '../../../src/cli/commands.ts';
import { helpText } from '../../../src/cli/help.ts';
import type { Parsed } from '../../../src/cli/options.ts';
import { parseCommandLine } from '../../../src/cli/options.ts';

const defaults = {
  root: '/sys/fs/bpf/fentryctl',
  json: false,
  verbose: false,
  detailedExitcode: false,
  yes: false,
  dryRun: false,
  force: false,
  allowInsecureFiles: false,
  out: undefined,
  key: undefined,
  generateKey: undefined,
  attachable: false,
  lockTimeoutMs: 10_000,
};

describe('accepted', () => {
  test.each([
    ['plan m.yaml', 'plan', ['m.yaml'], {}],
    ['plan m.yaml --json', 'plan', ['m.yaml'], { json: true }],
    ['plan --json m.yaml', 'plan', ['m.yaml'], { json: true }],
    ['--json plan m.yaml', 'plan', ['m.yaml'], { json: true }],
    ['plan m.yaml --detailed-exitcode', 'plan', ['m.yaml'], { detailedExitcode: true }],
    ['plan m.yaml --out p.json', 'plan', ['m.yaml'], { out: 'p.json' }],
    ['status --watch', 'status', [], { watch: true, everyMs: undefined }],
    ['status it --watch --every 2s', 'status', ['it'], { watch: true, everyMs: 2000 }],
    ['apply m.yaml -v', 'apply', ['m.yaml'], { verbose: true }],
    ['apply m.yaml --lock-timeout 500ms', 'apply', ['m.yaml'], { lockTimeoutMs: 500 }],
    ['apply m.yaml --lock-timeout=1.5s', 'apply', ['m.yaml'], { lockTimeoutMs: 1500 }],
    ['apply m.yaml --lock-timeout 2m', 'apply', ['m.yaml'], { lockTimeoutMs: 120_000 }],
    ['apply m.yaml --lock-timeout 0', 'apply', ['m.yaml'], { lockTimeoutMs: 0 }],
    ['watch m.yaml', 'watch', ['m.yaml'], { pollMs: undefined, resyncMs: undefined }],
    ['watch m.yaml --resync 1m', 'watch', ['m.yaml'], { resyncMs: 60_000, pollMs: undefined }],
    ['watch m.yaml --poll 5s', 'watch', ['m.yaml'], { pollMs: 5000 }],
    ['watch m.yaml', 'watch', ['m.yaml'], { metrics: undefined }],
    [
      'watch m.yaml --metrics [::1]:0',
      'watch',
      ['m.yaml'],
      { metrics: { kind: 'tcp', host: '::1', port: 0 } },
    ],
    [
      'watch m.yaml --metrics unix:/run/m.sock',
      'watch',
      ['m.yaml'],
      { metrics: { kind: 'unix', path: '/run/m.sock' } },
    ],
    ['apply m.yaml --root /sys/fs/bpf/x/', 'apply', ['m.yaml'], { root: '/sys/fs/bpf/x' }],
    ['apply -- -m.yaml', 'apply', ['-m.yaml'], {}],
    ['validate a b c', 'validate', ['a', 'b', 'c'], {}],
    ['status', 'status', [], {}],
    ['status name', 'status', ['name'], {}],
    ['apply m.yaml --allow-insecure-files', 'apply', ['m.yaml'], { allowInsecureFiles: true }],
    ['sign --key k.pem a.o b.o', 'sign', ['a.o', 'b.o'], { key: 'k.pem' }],
    ['sign --generate-key k.pem', 'sign', [], { generateKey: 'k.pem' }],
    ['targets tcp_* !tcp_x --attachable', 'targets', ['tcp_*', '!tcp_x'], { attachable: true }],
    ['install', 'install', [], {}],
    ['install /etc/m.yaml --dry-run', 'install', ['/etc/m.yaml'], { dryRun: true }],
    ['uninstall --force', 'uninstall', [], { force: true }],
    ['destroy name --yes', 'destroy', ['name'], { yes: true }],
    ['destroy name --force', 'destroy', ['name'], { force: true }],
    ['apply m.yaml --force', 'apply', ['m.yaml'], { force: true }],
    ['watch m.yaml --force', 'watch', ['m.yaml'], { force: true }],
  ])('%s', (line, name, operands, options) => {
    const parsed = parse(line);

    expect(parsed).toMatchObject({
      kind: 'command',
      operands,
      options: { ...defaults, ...options },
    });
    expect(parsed.kind === 'command' && parsed.command.name).toBe(name);
  });

  test.each([
    ['--version', 'version', undefined],
    ['plan --version', 'version', undefined],
    ['--help', 'help', undefined],
    ['-h', 'help', undefined],
    ['help', 'help', undefined],
    ['help apply', 'help', 'apply'],
    ['apply --help', 'help', 'apply'],
    ['apply a b c --help', 'help', 'apply'],
  ])('%s', (line, kind, command) => {
    const parsed = parse(line);

    expect(parsed.kind).toBe(kind);
    expect(parsed.kind === 'help' ? parsed.command?.name : undefined).toBe(command);
  });
});

describe('refused', () => {
  test.each([
    ['', 'no command given', /--help/],
    ['--json', 'no command given', /--help/],
    ['aply m.yaml', 'unknown command "aply"', /did you mean "apply"\?/],
    ['frobnicate', 'unknown command "frobnicate"', /--help/],
    ['help frobnicate', 'unknown command "frobnicate"', /--help/],
    ['plan', '"plan" is missing an argument', /usage: fentryctl plan MANIFEST/],
    ['inspect a b', '"inspect" does not take "b"', /usage/],
    ['validate', '"validate" is missing an argument', /MANIFEST\.\.\./],
    ['install a b', '"install" does not take "b"', /usage/],
    ['plan m --jsno', 'unknown option "--jsno"', /did you mean "--json"\?/],
    ['plan m --frobnicate', 'unknown option "--frobnicate"', /--help/],
    ['plan m -x', 'unknown option "-x"', /--help/],
    ['plan m --yes', '"plan" takes no option "--yes"', /fentryctl plan --help/],
    ['status --lock-timeout 1s', '"status" takes no option "--lock-timeout"', /status --help/],
    [
      'validate m --allow-insecure-files',
      '"validate" takes no option "--allow-insecure-files"',
      /validate --help/,
    ],
    ['apply m --lock-timeout soon', '"--lock-timeout soon" is not a time', /500ms/],
    ['apply m --lock-timeout=-1s', '"--lock-timeout -1s" is not a time', /500ms/],
    ['watch m --poll 0', '"--poll 0" is too often', /100ms/],
    ['status --watch --every 36000m', '"--every 36000m" is too long', /35000m/],
    ['status --watch --every 10ms', '"--every 10ms" is too often', /100ms/],
    ['status --watch=1s', 'option "--watch" does not take an argument', /--help/],
    ['apply m --poll 1s', '"apply" takes no option "--poll"', /apply --help/],
    ['watch m --metrics :9435', '"--metrics :9435" names no host', /127\.0\.0\.1 .* \[::\]/],
    ['watch m --metrics 9435', '"--metrics 9435" is not an address', /127\.0\.0\.1:9435/],
    ['apply m --metrics /run/m', '"apply" takes no option "--metrics"', /apply --help/],
    ['apply m --root /', '"--root /" is not a directory in bpffs', /\/sys\/fs\/bpf/],
    ['apply m --root=', '"--root " is not a directory in bpffs', /\/sys\/fs\/bpf/],
  ])('%s', (line, message, hint) => {
    const error = errorOf(() => parse(line));

    expect(error.message).toBe(message);
    expect(error.hint).toMatch(hint);
  });

  test.each(['apply m --root', 'plan m --json=yes'])('%s, in one sentence', (line) => {
    const { message } = errorOf(() => parse(line));

    expect(message).toMatch(/^[a-z"]/);
    expect(message).not.toMatch(/'|\.$|\n/);
  });
});

describe('help', () => {
  test('of all names every command', () => {
    const text = helpText(undefined);

    for (const { name, summary } of commands) {
      expect(text).toContain(`  ${name} `);
      expect(text).toContain(summary);
    }
  });

  test.each(commands)('of $name names all of its options', (command) => {
    const text = helpText(command);

    for (const option of [...command.options, 'root', 'json', 'verbose', 'help', 'version']) {
      expect(text).toContain(`--${option}`);
    }
    expect(text).toContain(`usage: fentryctl ${command.name} [OPTION...] ${command.operands}\n`);
  });
});

function parse(line: string): Parsed {
  return parseCommandLine(line.split(' ').filter((word) => word !== ''));
}

function errorOf(call: () => unknown): UsageError {
  try {
    call();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
