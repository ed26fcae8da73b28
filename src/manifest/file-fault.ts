import type { Problem } from '../base/diagnostic.ts';
import { inShell } from '../base/shell.ts';

/** What stat(2) tells of an entry that is on the way to a file, or is the file. */
export interface Ownership {
  readonly kind: 'file' | 'directory' | 'symlink';
  /** As stat(2) gives it, or the permission bits alone. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Somebody, besides root and the caller, who could make a file say something else. */
export type Stranger = 'owner' | 'group' | 'everyone';

const root = 0;
const sticky = 0o1000;
const writableByGroup = 0o020;
const writableByEveryone = 0o002;

/**
 * Who could change a file, what is in a directory, or where a symlink leads, besides root, root's group and the
 * caller `uid`. A directory that all may write and that is sticky, as /tmp is, is no fault: nobody but an entry's
 * owner and the directory's may rename or remove the entry (unlink(2), EPERM), and the owner of each is judged
 * by itself, so that what others put there beforehand is found. A symlink's mode means nothing (symlink(7)).
 * The named users and groups of an ACL count as the group: its bits show the most that any of them may (acl(5)),
 * so that only an ACL on a file of root's group goes unseen.
 */
export function strangers(
  { kind, mode, uid, gid }: Ownership,
  caller: number,
): readonly Stranger[] {
  const owner: Stranger[] = uid === root || uid === caller ? [] : ['owner'];
  if (kind === 'symlink' || (kind === 'directory' && (mode & sticky) !== 0)) return owner;
  const group: Stranger[] = (mode & writableByGroup) !== 0 && gid !== root ? ['group'] : [];
  return [...owner, ...group, ...((mode & writableByEveryone) === 0 ? [] : everyone)];
}

const everyone: readonly Stranger[] = ['everyone'];

/** What is wrong with an entry, and the command that cures it; `undefined` when nothing is. */
export function faultOf(file: string, ownership: Ownership, caller: number): Problem | undefined {
  const found = strangers(ownership, caller);
  if (found.length === 0) return undefined;
  const { kind, mode, uid, gid } = ownership;
  const names = { owner: `user ${uid}`, group: `group ${gid}`, everyone: 'everyone' };
  const who = found.map((stranger) => names[stranger]).join(' and ');
  const permissions = (mode & 0o7777).toString(8).padStart(4, '0');
  const message = `${who} could ${changes[kind]} (mode ${permissions}, owner ${uid}, group ${gid})`;
  return { code: 'insecure-file', message, hint: cureOf(file, kind, found) };
}

const changes = {
  file: 'change it',
  directory: 'replace what is in it',
  symlink: 'point it elsewhere',
} as const satisfies Record<Ownership['kind'], string>;

function cureOf(file: string, kind: Ownership['kind'], found: readonly Stranger[]): string {
  const name = inShell(file);
  const change = kind === 'symlink' ? 'chown -h root' : 'chown root';
  const commands = [
    ...(found.includes('owner') ? [`${change} ${name}`] : []),
    ...(found.some((stranger) => stranger !== 'owner') ? [`chmod go-w ${name}`] : []),
  ];
  return commands.join(' && ');
}
