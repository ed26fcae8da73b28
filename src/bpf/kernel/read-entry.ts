import type { TreeEntry, TreeItem } from '../../apply/kernel.ts';
import { AppError } from '../../base/errors.ts';
import type { PinPath } from '../../state/ids.ts';
import type { MapShape } from '../../state/map-shape.ts';
import type { Listed } from '../bpffs.ts';
import { exists, readNote } from '../bpffs.ts';
import type { Pinned, PinnedMapInfo } from '../pins/pinned.ts';
import { readPinned } from '../pins/pinned.ts';
import { observedLink, observedProgram, observedSlot } from './observed.ts';

/** What an entry of bpffs is, read from the kernel; `undefined` if it is gone by now. */
export function readEntry({ path, kind }: Listed): TreeEntry | undefined {
  if (kind === 'directory') return { path, kind };
  if (kind === 'symlink') {
    const text = ifThere(path, readNote);
    return text === undefined ? undefined : { path, kind: 'note', text };
  }
  const pinned = ifThere(path, readPinned);
  return pinned === undefined ? undefined : { path, ...itemOf(pinned) };
}

/** Who only looks takes no lock, and a run may remove things meanwhile. */
function ifThere<Found>(path: PinPath, read: (path: PinPath) => Found): Found | undefined {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof AppError && !exists(path)) return undefined;
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
