import type { TreeEntry, TreeItem } from '../../apply/kernel.ts';
import type { PinPath } from '../../state/ids.ts';
import type { MapShape } from '../../state/map-shape.ts';
import type { Listed } from '../bpffs.ts';
import { exists, readNote } from '../bpffs.ts';
import { EbpfError } from '../ebpf-error.ts';
import type { Pinned, PinnedMapInfo } from '../pins/pinned.ts';
import { readPinned } from '../pins/pinned.ts';
import { observedLink, observedProgram, observedSlot } from './observed.ts';

/** What an entry of bpffs is, read from the kernel; `undefined` if it is gone by now. */
export function readEntry({ path, kind }: Listed): TreeEntry | undefined {
  if (kind === 'directory') return { path, kind };
  if (kind === 'symlink') return { path, kind: 'note', text: readNote(path) };
  const pinned = readIfThere(path);
  return pinned === undefined ? undefined : { path, ...itemOf(pinned) };
}

function readIfThere(path: PinPath): Pinned | undefined {
  try {
    return readPinned(path);
  } catch (error) {
    if (error instanceof EbpfError && !exists(path)) return undefined;
    throw error;
  }
}

function itemOf(pinned: Pinned): TreeItem {
  switch (pinned.kind) {
    case 'program':
      if (pinned.info.type !== 'tracing') return other(`a ${pinned.info.type} program`);
      return { kind: 'program', program: observedProgram(pinned.info) };
    case 'link':
      if (pinned.info.type !== 'tracing') return other(`a ${pinned.info.type} link`);
      return { kind: 'link', link: observedLink(pinned.info) };
    case 'map':
      return mapItem(pinned.info);
    case 'other':
      return other('an unknown kind of pin');
  }
}

function mapItem(info: PinnedMapInfo): TreeItem {
  const slot = observedSlot(info);
  const { type, keySize, valueSize, maxEntries, flags } = info;
  const shape: MapShape = { type, keySize, valueSize, maxEntries, flags };
  return { kind: 'map', id: info.id, shape, ...(slot === undefined ? {} : { slot }) };
}

function other(what: string): TreeItem {
  return { kind: 'other', what };
}
