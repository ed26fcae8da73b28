import type { ObservedState } from '../../state/observed.ts';
import type { StatusRow } from '../status-rows.ts';
import type { Draft, DraftObject, DraftProgram, DraftTarget } from './draft.ts';
import type { Loaded, Source } from './source.ts';

/** What fentryctl itself pinned under a name, as a manifest. `sourceOf` looks at the file that an object was loaded from. */
export function draftOfRows(
  { name, foreign }: Pick<ObservedState, 'name' | 'foreign'>,
  rows: readonly StatusRow[],
  sourceOf: (loaded: Loaded) => Source,
): Draft {
  const names = [...new Set(rows.map(({ object }) => object))];
  return {
    name,
    comments: [
      `what fentryctl pinned under "${name}"`,
      'not pinned, and so not here: patterns, first_of, if_missing, signature, guard, trust, on_change',
      ...foreign.map(({ path, what }) => `left alone: ${path}, ${what}`),
    ],
    objects: names.map((object) =>
      objectOf(
        object,
        rows.filter((row) => row.object === object),
        sourceOf,
      ),
    ),
  };
}

/** Of several versions, as a crash leaves them, the one that most is attached of. */
function objectOf(
  name: string,
  rows: readonly StatusRow[],
  sourceOf: (loaded: Loaded) => Source,
): DraftObject {
  const digest = latest(rows);
  const own = rows.filter((row) => row.digest === digest || row.digest === undefined);
  const others = [...new Set(rows.flatMap((row) => row.digest ?? []))].filter(
    (one) => one !== digest,
  );
  const file = own.find((row) => row.source !== undefined)?.source;
  const source = sourceOf({ object: name, digest, file });
  const programs = [...new Set(own.map(({ program }) => program))];
  return {
    name,
    file: file ?? 'CHANGE-ME.bpf.o',
    comments: [
      ...(file === undefined ? ['where its file was is not noted any more'] : source.comments),
      ...others.map((other) => `another version of it is pinned too: ${other}`),
    ],
    sha256: source.sha256,
    maxEntries: source.maxEntries,
    unset: source.unset,
    programs: programs.map((program) =>
      programOf(
        program,
        own.filter((row) => row.program === program),
      ),
    ),
  };
}

function latest(rows: readonly StatusRow[]): string | undefined {
  const digests = rows.flatMap(({ digest }) => digest ?? []);
  const attached = (digest: string): number =>
    rows.filter((row) => row.digest === digest && row.state !== 'loaded').length;
  return digests.toSorted((a, b) => attached(b) - attached(a))[0];
}

function programOf(name: string, rows: readonly StatusRow[]): DraftProgram {
  const states = [...new Set(rows.map(stateOf))];
  const [state = 'attached'] = states.includes('attached') ? ['attached' as const] : states;
  const targets = rows.map(({ target }) => targetOf(target));
  return {
    name,
    comments: [
      ...rows.flatMap(({ target, problem }) =>
        problem === undefined ? [] : `on ${target}: ${problem}`,
      ),
      ...rows
        .filter((row) => stateOf(row) !== state)
        .map(
          (row) =>
            `on ${row.target} it is ${row.state}: a program has one state for all its targets`,
        ),
    ],
    targets,
    state,
    replace:
      rows.some(({ slot }) => slot?.link !== undefined) && isPlainTarget(targets)
        ? 'overlap'
        : undefined,
    protect: rows.some(({ slot }) => slot?.protected === true),
  };
}

/** What is broken was attached once. */
function stateOf({ state }: StatusRow): DraftProgram['state'] {
  return state === 'paused' || state === 'loaded' ? state : 'attached';
}

/** On a BPF program there is no other way, and it need not be said. */
function isPlainTarget(targets: readonly DraftTarget[]): boolean {
  return targets.every((target) => typeof target === 'string');
}

/** The text of a target in a BPF program names it as `referenceText` does. */
function targetOf(text: string): DraftTarget {
  const groups =
    /^(?:(?<pin>\/.*)|program (?<id>\d+)|tag (?<tag>[0-9a-f]{16})):(?<name>[^:]+)$/.exec(
      text,
    )?.groups;
  const { pin, id, tag, name } = groups ?? {};
  if (name === undefined) return text;
  return { program: pin ?? tag ?? Number(id), function: name };
}
