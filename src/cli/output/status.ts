import type { ObservedLink, ObservedState, SharedPin } from '../../state/observed.ts';
import type { PinLayout } from '../../state/pin-layout.ts';
import type { StatusRow } from '../status-rows.ts';
import { absenceText } from './expansion.ts';
import { foreignLines } from './plan.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';
import { table } from './table.ts';

/** All that `status` knows of one manifest. */
export interface ManifestStatus {
  readonly layout: PinLayout;
  readonly observed: ObservedState;
  readonly rows: readonly StatusRow[];
  /** Known only when the manifest was given. */
  readonly missingMaps: readonly string[];
}

const heading = ['PROGRAM', 'TARGET', 'STATE', 'PROG', 'LINK', 'SINCE', 'PROBLEM'];

/** For people: a table for each manifest. */
export function renderStatus(
  statuses: readonly ManifestStatus[],
  bootTimeMs: number,
  style: Style,
): string {
  return statuses
    .map(({ layout, observed, rows }) => {
      const title = paint(style, 'bold', `${observed.name}  (${layout.directory})`);
      const body =
        rows.length === 0
          ? '  no programs\n'
          : table(
              heading,
              rows.map((row) => cells(row, bootTimeMs)),
            );
      const maps = [
        ...observed.maps.map(({ object, name, id }) => `${object}/${name} (map ${id})`),
        ...observed.shared.map(sharedText),
      ].join(', ');
      return `${title}\n${body}${maps === '' ? '' : `maps: ${printable(maps)}\n`}${foreignLines(observed.foreign)}`;
    })
    .join('\n');
}

function sharedText(pin: SharedPin): string {
  return 'id' in pin
    ? `${pin.path} (map ${pin.id}, shared)`
    : `${pin.path} (${pin.what} where a shared map belongs)`;
}

function cells(row: StatusRow, bootTimeMs: number): readonly string[] {
  const loaded = row.slot?.loaded;
  return [
    printable(`${row.object}/${row.program}`),
    printable(row.target),
    stateText(row),
    loaded === undefined ? '-' : String(loaded.id),
    String(linkOf(row)?.id ?? '-'),
    loaded === undefined ? '-' : (sinceOf(loaded.loadedAtBootNs, bootTimeMs) ?? '-'),
    printable(row.problem ?? ''),
  ];
}

function stateText(row: StatusRow): string {
  const { state, why } = row;
  if (state === 'skipped' || state === 'waiting') {
    return why === undefined ? state : printable(absenceText({ state, why }));
  }
  const by = row.state === 'attached' && attachedBy(row) === 'exchange' ? ' by exchange' : '';
  return `${row.state}${by}${row.slot?.protected === true ? ', protected' : ''}`;
}

/** Its own, or that of its dispatcher. */
function linkOf({ slot, attachment }: StatusRow): ObservedLink | undefined {
  return slot?.link ?? attachment?.link;
}

function attachedBy({ slot, attachment }: StatusRow): 'link' | 'exchange' | undefined {
  if (slot?.link !== undefined) return 'link';
  return attachment === undefined ? undefined : 'exchange';
}

/** For programs, under the names that bpftool gives them. */
export function statusFacts(
  { layout, observed, rows, missingMaps }: ManifestStatus,
  bootTimeMs: number,
): object {
  return {
    name: observed.name,
    pinned: layout.directory,
    programs: rows.map((row) => programFacts(row, bootTimeMs)),
    maps: observed.maps.map(({ object, name, id }) => ({
      object,
      name,
      id,
      pinned: layout.map(object, name),
    })),
    shared_maps: observed.shared.map((pin) =>
      'id' in pin ? { pinned: pin.path, id: pin.id } : { pinned: pin.path, what: pin.what },
    ),
    missing_maps: missingMaps,
    foreign: observed.foreign,
  };
}

function programFacts(row: StatusRow, bootTimeMs: number): object {
  const { object, program, target, state, problem, digest, source, pinned, slot, attachment } = row;
  const loaded = slot?.loaded;
  const link = linkOf(row);
  return {
    object,
    program,
    target,
    state,
    attached_by: attachedBy(row),
    protected: slot?.protected ?? false,
    problem,
    reason: row.why,
    digest,
    source,
    id: loaded?.id,
    name: loaded?.kernelName,
    tag: loaded?.tag,
    loaded_at: loaded === undefined ? undefined : secondsOf(loaded.loadedAtBootNs, bootTimeMs),
    run_cnt: row.runs?.runCount,
    run_time_ns: row.runs?.runTimeNs,
    pinned,
    link: link === undefined ? undefined : linkFacts(link),
    slot:
      attachment?.slot === undefined
        ? undefined
        : { map_id: attachment.slot.id, prog_id: attachment.slot.programId },
  };
}

function linkFacts(link: ObservedLink): object {
  return {
    id: link.id,
    prog_id: link.programId,
    target_obj_id: link.targetObjectId,
    target_btf_id: link.targetBtfId,
  };
}

function sinceOf(bootNs: bigint, bootTimeMs: number): string | undefined {
  return new Date(secondsOf(bootNs, bootTimeMs) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The kernel counts from boot; people and bpftool count from 1970. */
function secondsOf(bootNs: bigint, bootTimeMs: number): number {
  return Math.round((bootTimeMs + Number(bootNs / 1_000_000n)) / 1000);
}
