import { AppError, PrivilegeError } from '../../base/errors.ts';
import type { PinPath } from '../../state/ids.ts';
import type { FoundPins, FoundProgram, OtherPin } from '../../state/found-program.ts';
import { dispatcherName } from '../dispatch/dispatcher-code.ts';
import { exists, listTree, requireBpffs } from '../bpffs.ts';
import { CallError } from '../libbpf/errno.ts';
import type { LinkInfo } from '../links/link-info.ts';
import { ProgramTeller } from '../programs/program-teller.ts';
import type { Pinned } from './pinned.ts';
import { readPinned } from './pinned.ts';

/** Finds what others pinned below a directory: fentry and fexit programs with all that tells of them, and whatever else is there. */
export function findPins(directory: PinPath, except: PinPath): FoundPins {
  requireBpffs(directory);
  const found = new Map<number, Found>();
  const others: OtherPin[] = [];
  for (const { path, kind } of listTree(directory)) {
    if (kind !== 'pin' || path.startsWith(`${except}/`)) continue;
    const what = take(found, path);
    if (what !== undefined) others.push({ path, what });
  }
  const byId = [...found].toSorted(([a], [b]) => a - b);
  const told = byId.map(([id, one]) => ({ ...one, told: tell(new ProgramTeller(id), one) }));
  const programs = told.flatMap((one) => (typeof one.told === 'string' ? [] : [one.told]));
  const unfit = told.flatMap((one) => (typeof one.told === 'string' ? leftOut(one, one.told) : []));
  return { programs, others: [...others, ...unfit] };
}

/** What is pinned of one program. */
interface Found {
  readonly pins: PinPath[];
  readonly links: { readonly pin: PinPath; readonly info: LinkInfo }[];
}

/** Notes a pin of a tracing program; of any other, says what it is. */
function take(found: Map<number, Found>, path: PinPath): string | undefined {
  const pinned = read(path);
  if (typeof pinned === 'string') return pinned;
  if (pinned.kind === 'map') return `a map, "${pinned.info.name}"`;
  if (pinned.kind === 'other') return 'an unknown kind of pin';
  const { kind, info } = pinned;
  if (info.type !== 'tracing') return `a ${info.type} ${kind}`;
  const id = kind === 'link' ? info.programId : info.id;
  const one = found.get(id) ?? { pins: [], links: [] };
  found.set(id, one);
  if (kind === 'link') one.links.push({ pin: path, info });
  else one.pins.push(path);
  return undefined;
}

/** One that cannot be opened is told too, but for what takes a privilege. */
function read(path: PinPath): Pinned | string {
  try {
    return readPinned(path);
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof PrivilegeError) throw error;
    return exists(path)
      ? `a pin that cannot be opened: ${error.message}`
      : 'a pin that is gone by now';
  }
}

/** All that is known of a program, or why it is none for a manifest. */
function tell(teller: ProgramTeller, { pins, links }: Found): FoundProgram | string {
  const [link] = links;
  const kind = link?.info.attachType;
  const attachType = kind === 'fentry' || kind === 'fexit' ? kind : undefined;
  if (link !== undefined && attachType === undefined)
    return `a tracing program attached by ${kind ?? 'another way'}`;
  const told = privileged(() => teller.tell(link?.info));
  if (typeof told === 'string') return told;
  if (told.name === dispatcherName) return 'a dispatcher that fentryctl made';
  return {
    ...told,
    attachType,
    pins,
    links: links.map(({ pin, info }) => ({ pin, id: info.id })),
  };
}

function leftOut({ pins, links }: Found, what: string): readonly OtherPin[] {
  return [...pins, ...links.map(({ pin }) => pin)].map((path) => ({ path, what }));
}

function privileged<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CallError) || error.errnoName !== 'EPERM') throw error;
    const message = 'cannot tell what is pinned: missing CAP_SYS_ADMIN';
    throw new PrivilegeError(message, { hint: 'run it as root', cause: error });
  }
}
