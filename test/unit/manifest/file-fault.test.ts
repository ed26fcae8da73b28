import { assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { Ownership, Stranger } from '../../../src/manifest/file-fault.ts';
import { faultOf, strangers } from '../../../src/manifest/file-fault.ts';

type Kind = Ownership['kind'];

test.each<[kind: Kind, mode: number, uid: number, gid: number, caller: number, who: Stranger[]]>([
  ['file', 0o644, 0, 0, 0, []],
  ['file', 0o600, 0, 0, 0, []],
  ['file', 0o664, 0, 0, 0, []], // root's group is root's
  ['file', 0o664, 0, 50, 0, ['group']],
  ['file', 0o644, 0, 50, 0, []],
  ['file', 0o646, 0, 0, 0, ['everyone']],
  ['file', 0o666, 0, 50, 0, ['group', 'everyone']],
  ['file', 0o602, 0, 0, 0, ['everyone']],
  ['file', 0o644, 1000, 1000, 0, ['owner']],
  ['file', 0o444, 1000, 0, 0, ['owner']], // an owner may chmod
  ['file', 0o666, 1000, 1000, 0, ['owner', 'group', 'everyone']],
  ['file', 0o644, 65534, 65534, 0, ['owner']], // not mapped in this user namespace
  ['file', 0o644, 1000, 1000, 1000, []],
  ['file', 0o664, 1000, 1000, 1000, ['group']],
  ['file', 0o644, 0, 0, 1000, []],
  ['file', 0o644, 1001, 1000, 1000, ['owner']],
  ['file', 0o1666, 0, 0, 0, ['everyone']], // sticky means nothing on a file
  ['directory', 0o755, 0, 0, 0, []],
  ['directory', 0o775, 0, 0, 0, []],
  ['directory', 0o775, 0, 50, 0, ['group']],
  ['directory', 0o777, 0, 0, 0, ['everyone']],
  ['directory', 0o1777, 0, 0, 0, []], // /tmp
  ['directory', 0o1775, 0, 50, 0, []],
  ['directory', 0o1777, 1000, 0, 0, ['owner']],
  ['directory', 0o700, 1000, 1000, 0, ['owner']],
  ['directory', 0o700, 1000, 1000, 1000, []],
  ['directory', 0o2755, 0, 50, 0, []],
  ['directory', 0o2775, 0, 50, 0, ['group']],
  ['symlink', 0o777, 0, 0, 0, []],
  ['symlink', 0o777, 1000, 1000, 0, ['owner']],
  ['symlink', 0o777, 1000, 1000, 1000, []],
])('%s %o of %i:%i, for user %i: %j', (kind, mode, uid, gid, caller, who) => {
  expect(strangers({ kind, mode, uid, gid }, caller)).toEqual(who);
});

const kinds = constantFrom<Kind>('file', 'directory', 'symlink');
const modes = integer({ min: 0, max: 0o7777 });
const ids = constantFrom(0, 50, 1000, 65534);

test('the type bits of st_mode change nothing', () => {
  assert(
    property(kinds, modes, ids, ids, (kind, mode, uid, gid) => {
      const bits = strangers({ kind, mode, uid, gid }, 0);

      expect(strangers({ kind, mode: mode | 0o100000, uid, gid }, 0)).toEqual(bits);
    }),
  );
});

test('what the cure asks for leaves nothing to be cured', () => {
  assert(
    property(kinds, modes, ids, ids, (kind, mode, uid, gid) => {
      const cure = faultOf('/f', { kind, mode, uid, gid }, 0)?.hint ?? '';
      const owner = /chown (-h )?root/.test(cure) ? 0 : uid;
      const bits = cure.includes('chmod go-w') ? mode & ~0o022 : mode;

      expect(strangers({ kind, mode: bits, uid: owner, gid }, 0)).toEqual([]);
    }),
  );
});

test.each<[file: string, kind: Kind, mode: number, uid: number, message: string, cure: string]>([
  [
    '/a/b.o',
    'file',
    0o100666,
    0,
    'group 50 and everyone could change it (mode 0666, owner 0, group 50)',
    'chmod go-w /a/b.o',
  ],
  [
    '/a',
    'directory',
    0o40755,
    1000,
    'user 1000 could replace what is in it (mode 0755, owner 1000, group 50)',
    'chown root /a',
  ],
  [
    '/a/link',
    'symlink',
    0o120777,
    1000,
    'user 1000 could point it elsewhere (mode 0777, owner 1000, group 50)',
    'chown -h root /a/link',
  ],
  [
    "/it's here",
    'file',
    0o100646,
    1000,
    'user 1000 and everyone could change it (mode 0646, owner 1000, group 50)',
    String.raw`chown root '/it'\''s here' && chmod go-w '/it'\''s here'`,
  ],
])('%s: says who, and what to do', (file, kind, mode, uid, message, cure) => {
  expect(faultOf(file, { kind, mode, uid, gid: 50 }, 0)).toEqual({
    code: 'insecure-file',
    message,
    hint: cure,
  });
});
