import { unknownMember, wrongMembers } from './invalid-value.ts';
import type { Member, StructLayout } from './layout.ts';
import { hasMembers } from './layout.ts';
import type { Target } from './target.ts';
import { note, refuse, writePart } from './target.ts';

/** An object by member name, of which only its own properties count. */
type Members = Readonly<Record<string, unknown>>;

/** Writes an object into a struct or union: members that it does not have stay zero, a union has exactly one. */
export function encodeMembers(
  target: Target,
  bitOffset: number,
  layout: StructLayout,
  value: unknown,
): void {
  const { text, names } = layout;
  if (!isMembers(value)) throw refuse(target, { text, expected: 'an object by member', value });
  for (const name of Object.keys(value)) {
    if (!names.has(name)) noteUnknown(target, name, layout);
  }
  if (layout.kind === 'union' && Object.keys(value).length === 0 && names.size > 0) {
    throw wrongMembers(target.path, layout, []);
  }
  writeMembers(target, bitOffset, layout, value);
}

function noteUnknown(target: Target, name: string, layout: StructLayout): void {
  target.path.push(name);
  note(target, 'key', unknownMember(target.path, layout));
  target.path.pop();
}

/** Members without a name have theirs in the same object, as in C. */
function writeMembers(
  target: Target,
  bitOffset: number,
  layout: StructLayout,
  value: Members,
): void {
  const given = layout.members.filter((member) => isGiven(member, value));
  if (layout.kind === 'union' && given.length > 1) {
    throw wrongMembers(
      target.path,
      layout,
      Object.keys(value).filter((key) => layout.names.has(key)),
    );
  }
  for (const member of given) {
    const slot = { ...member, bitOffset: bitOffset + member.bitOffset };
    if (member.name === '' && hasMembers(member.layout)) {
      writeMembers(target, slot.bitOffset, member.layout, value);
    } else {
      writePart(target, member.name, slot, value[member.name]);
    }
  }
}

function isGiven({ name, layout }: Member, value: Members): boolean {
  if (name !== '' || !hasMembers(layout)) return Object.hasOwn(value, name);
  return Object.keys(value).some((key) => layout.names.has(key));
}

function isMembers(value: unknown): value is Members {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}
