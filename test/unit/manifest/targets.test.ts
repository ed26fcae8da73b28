import { expect, test } from 'vitest';
import type { Expanded } from '../../../src/manifest/expand-targets.ts';
import { expandTargets } from '../../../src/manifest/expand-targets.ts';
import type { WrittenTargets } from '../../../src/manifest/normalise-targets.ts';
import { toTargets } from '../../../src/manifest/normalise-targets.ts';
import { TargetSearch } from '../../../src/manifest/target-search.ts';
import { functionCatalog, targetSources } from './catalog.ts';

const skip = { if_missing: 'skip' } as const;
const wait = { if_missing: 'wait' } as const;

test.each<[name: string, written: WrittenTargets, names: readonly string[]]>([
  ['a name', { target: 'vfs_read' }, ['vfs_read']],
  ['a pattern', { targets: ['vfs_*'] }, ['vfs_read', 'vfs_write']],
  ['a pattern of a module', { targets: ['nf:nf_*'] }, ['nf:nf_hook', 'nf:nf_in']],
  ['of any module', { targets: ['*:vfs_*'] }, ['nf:vfs_hook']],
  ['a function of a module', { target: 'nf:nf_in' }, ['nf:nf_in']],
  ['each once', { targets: ['vfs_*', 'vfs_read', '*_read'] }, ['vfs_read', 'vfs_write']],
  ['an exclusion', { targets: ['vfs_*', '!vfs_read'] }, ['vfs_write']],
  ['an exclusion before', { targets: ['!vfs_read', 'vfs_*'] }, ['vfs_write']],
  ['an exclusion of what is named', { targets: ['vfs_read', '!*read', 'vfs_*'] }, ['vfs_write']],
  ['an exclusion of what is not there', { targets: ['vfs_read', '!missing'] }, ['vfs_read']],
  [
    'the kernel itself is not meant by modules',
    { targets: ['vfs_*', '!*:*'] },
    ['vfs_read', 'vfs_write'],
  ],
  ['what has an obstacle is left out of patterns', { targets: ['rcu_*'] }, ['rcu_free']],
  ['danger is allowed', { targets: ['rcu_*'], allow_dangerous: true }, ['rcu_free', 'rcu_lock']],
  ['danger is allowed by name', { target: 'rcu_lock', allow_dangerous: true }, ['rcu_lock']],
  ['the first that is there', { first_of: ['missing', 'nf:nf_in', 'vfs_read'] }, ['nf:nf_in']],
  [
    'the first that can be attached to',
    { first_of: ['rcu_lock', 'twice', 'vfs_read'] },
    ['vfs_read'],
  ],
  [
    'a signature',
    { targets: ['do_*', 'vfs_*'], signature: 'int (int, ...)', ...skip },
    ['do_unlinkat'],
  ],
  [
    'a signature of a name',
    { target: 'do_unlinkat', signature: 'int f(int x, struct filename *)' },
    ['do_unlinkat'],
  ],
  [
    'the first that has the signature',
    { first_of: ['vfs_read', 'do_unlinkat'], signature: 'int (...)' },
    ['do_unlinkat'],
  ],
  ['skipped', { targets: ['missing', 'nothing*', 'vfs_read'], ...skip }, ['vfs_read']],
  ['only in BTF, skipped', { targets: ['rcu_part', 'vfs_read'], ...skip }, ['vfs_read']],
  ['all skipped', { target: 'missing', ...skip }, []],
  ['waiting', { targets: ['other:hook', 'vfs_read'], ...wait }, ['vfs_read']],
])('%s', (_, written, names) => {
  const { functions, problems } = expanded(written);

  expect(problems).toEqual([]);
  expect(functions.map(({ name }) => name)).toEqual(names);
});

test('what patterns give, what is excluded and what is left out is counted', () => {
  expect(
    expanded({
      targets: ['vfs_*', '*_read', 'rcu_*', '!rcu_free', '!vfs_write', '*_lock', 'vfs_read'],
      ...skip,
    }),
  ).toMatchObject({
    patterns: [
      { pattern: 'vfs_*', count: 1 },
      { pattern: '*_read', count: 1 },
    ],
    excluded: ['rcu_free', 'vfs_write'],
    leftOut: [
      { target: 'rcu_entry', code: 'not-traceable' },
      { target: 'rcu_lock', code: 'dangerous' },
      { target: 'rcu_part', code: 'no-symbol' },
    ],
    absent: [
      { target: 'rcu_*', state: 'skipped', why: { code: 'none-attachable', matching: 3 } },
      { target: '*_lock', state: 'skipped', why: { code: 'none-attachable', matching: 1 } },
    ],
  });
});

const made = 'the compiler made it "vanished.isra.0"';
const noBtf = 'the kernel has it, but no BTF that tells its type';

test.each<[targets: readonly [string, ...string[]], idle: readonly string[]]>([
  [['vfs_*', '!vfs_raed', '!*_write'], ['!vfs_raed']],
  [['vfs_read', '!nf:*'], ['!nf:*']],
  [['*:nf_*', '!nf:nf_in'], []],
])('%j: exclusions that leave nothing out are told', (targets, idle) => {
  expect(expanded({ targets }).idle).toEqual(idle);
});

test.each<[text: string, if_missing: 'skip' | 'wait', state: string, why: object]>([
  ['missing', 'skip', 'skipped', { code: 'no-such-function' }],
  ['nothing_*', 'skip', 'skipped', { code: 'no-such-function' }],
  ['rcu_part', 'skip', 'skipped', { code: 'no-symbol', text: 'only as "rcu_part.isra.0"' }],
  ['vanished', 'skip', 'skipped', { code: 'no-symbol', text: made }],
  ['raw:hook', 'wait', 'waiting', { code: 'no-btf', text: noBtf }],
  ['rcu_pa*', 'skip', 'skipped', { code: 'none-attachable', matching: 1 }],
  ['nf:missing', 'skip', 'skipped', { code: 'no-such-function' }],
  ['other:hook', 'skip', 'skipped', { code: 'no-such-module', module: 'other' }],
  ['other:hook', 'wait', 'waiting', { code: 'no-such-module', module: 'other' }],
  ['other:*', 'wait', 'waiting', { code: 'no-such-module', module: 'other' }],
  ['nf:missing', 'wait', 'waiting', { code: 'no-such-function' }],
  ['nft*:hook', 'wait', 'waiting', { code: 'no-such-function' }],
])('%s, if missing: %s', (target, if_missing, state, why) => {
  expect(expanded({ targets: [target], if_missing }).absent).toEqual([{ target, state, why }]);
});

test('of alternatives all are missing: those of modules are waited for', () => {
  expect(expanded({ first_of: ['missing', 'rcu_lock', 'other:hook'], ...wait })).toMatchObject({
    functions: [],
    leftOut: [{ target: 'rcu_lock', code: 'dangerous' }],
    absent: [
      { target: 'missing', state: 'skipped' },
      { target: 'other:hook', state: 'waiting' },
    ],
  });
});

test('what has another prototype is left out of patterns, and is an error by name', () => {
  const signature = 'void (int)';

  expect(expanded({ targets: ['do_*'], signature, ...skip }).leftOut).toEqual([
    { target: 'do_unlinkat', code: 'signature' },
  ]);
  expect(expanded({ target: 'do_unlinkat', signature }).problems).toEqual([
    [
      ['program', 'target'],
      {
        code: 'other-prototype',
        message:
          '"do_unlinkat" has another prototype than "signature" demands: "int do_unlinkat(int dfd, struct filename *name)"',
        hint: 'it would have to fit "void (int)"',
      },
    ],
  ]);
});

test('a pattern whose functions all have another prototype says so', () => {
  expect(expanded({ targets: ['do_*'], signature: 'void (int)' }).problems).toEqual([
    [
      ['program', 'targets', 0],
      {
        code: 'other-prototype',
        message:
          '"do_*" matches 1 function, which has another prototype than "signature" demands, e.g. "int do_unlinkat(int dfd, struct filename *name)"',
        hint: 'it would have to fit "void (int)"',
      },
    ],
  ]);
  expect(expanded({ targets: ['rcu_*'], signature: 'void (int)' }).problems).toMatchObject([
    [
      ['program', 'targets', 0],
      {
        message:
          '"rcu_*" matches 4 functions: 1 has another prototype than "signature" demands, e.g. "void rcu_free(void)", and nothing can be attached to the others',
      },
    ],
  ]);
});

test.each([
  ['vanished', 'no-symbol', `"vanished" cannot be attached to: ${made}`, /if_missing: skip/],
  ['raw:hook', 'no-btf', `"raw:hook" cannot be attached to: ${noBtf}`, /if_missing: skip/],
  ['ext4:vfs_read', 'no-such-module', 'no module "ext4" with BTF is loaded', /write "vfs_read"$/],
  ['nft:nf_in', 'no-such-module', 'no module "nft" with BTF is loaded', /write "nf:nf_in"$/],
  ['ext4:hook', 'no-such-module', 'no module "ext4" with BTF is loaded', /modprobe ext4/],
])('%s that may not be missing: what is there instead', (target, code, message, hint) => {
  expect(expanded({ target }).problems).toMatchObject([
    [['program', 'target'], { code, message, hint: expect.stringMatching(hint) as unknown }],
  ]);
});

test('one entry of BTF may stand for several functions', () => {
  const obstacle = { code: 'ambiguous', text: 'there are 9 of that name' } as const;
  const functions = functionCatalog([{ name: 'type_show', obstacle }]);
  const search = new TargetSearch(targetSources(functions));

  const { problems } = expandTargets(toTargets({ target: 'type_show' }, ['program']), search);

  expect(problems).toMatchObject([
    [['program', 'target'], { message: '"type_show" is ambiguous: there are 9 of that name' }],
  ]);
});

test.each<[program: string | number, text: string, pin: string | undefined]>([
  ['/sys/fs/bpf/xdp/main', '/sys/fs/bpf/xdp/main', '/sys/fs/bpf/xdp/main'],
  [42, 'program 42', undefined],
  ['0123456789abcdef', 'tag 0123456789abcdef', undefined],
])('a function of the BPF program %s', (program, text, pin) => {
  const target = { program, function: 'parse_ip' };

  expect(expanded({ target, signature: 'int (struct xdp_md *)' })).toMatchObject({
    functions: [
      {
        name: `${text}:parse_ip`,
        btfId: 6,
        home: { kind: 'program', id: 42, btfObjectId: 90, pin, function: 'parse_ip' },
      },
    ],
    problems: [],
  });
});

test('of several programs with a tag it is the one that was loaded last, and that is told', () => {
  const target = { program: '00000000000000aa', function: 'pass' };

  expect(expanded({ target })).toMatchObject({
    functions: [{ name: 'tag 00000000000000aa:pass', home: { id: 9 } }],
    sameTag: [{ target: 'tag 00000000000000aa:pass', older: [7, 8] }],
    problems: [],
  });
});

test.each([
  ['skip', '/sys/fs/bpf/none', 'pass', 'skipped', 'no-such-program'],
  ['skip', 7, 'pass', 'skipped', 'no-such-program'],
  ['wait', '/sys/fs/bpf/none', 'pass', 'waiting', 'no-such-program'],
  ['skip', 42, 'missing', 'skipped', 'no-such-function'],
] as const)('if missing, %s: the BPF program %s, %s', (if_missing, program, name, state, code) => {
  expect(expanded({ target: { program, function: name }, if_missing })).toMatchObject({
    functions: [],
    absent: [{ state, why: { code } }],
    problems: [],
  });
});

test('a pin whose path is too long for a name in bpffs', () => {
  const target = { program: `/sys/fs/bpf/${'x'.repeat(230)}`, function: 'pass' };

  expect(expanded({ target }).problems).toMatchObject([
    [['program', 'target'], { code: 'too-long' }],
  ]);
});

test('so many are allowed, and no more', () => {
  const targets = ['vfs_*', 'nf:nf_*'];

  expect(expanded({ targets, max_targets: 4 }).problems).toEqual([]);
  expect(expanded({ targets, max_targets: 3 }).problems).toMatchObject([
    [['program', 'targets'], { code: 'too-many-targets' }],
  ]);
});

function expanded(written: WrittenTargets): Expanded {
  return expandTargets(toTargets(written, ['program']), new TargetSearch(targetSources()));
}
